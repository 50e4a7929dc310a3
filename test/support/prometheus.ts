import assert from 'node:assert/strict';

/** A line of a metric. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** A metric with its head. */
export interface Family {
  readonly name: string;
  readonly help: string;
  kind: string;
  readonly samples: Sample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(?:,|$)/y;
const SAMPLE = /^([^{\s]+)(?:\{(.*)\})? (\S+)$/s;
const VALUE = /^(?:[+-]?Inf|NaN|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;
const ESCAPED: Readonly<Record<string, string>> = { '\\\\': '\\', '\\n': '\n', '\\"': '"' };

/**
 * Prometheus' text format 0.0.4, read strictly: HELP, then TYPE, then at least the samples of that metric and no other, each series once.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function parseMetrics(text: string): ReadonlyMap<string, Family> {
  assert.ok(text.endsWith('\n'), 'the last line ends');
  const families = new Map<string, Family>();
  const series = new Set<string>();
  let family: Family | undefined;
  for (const line of text.slice(0, -1).split('\n')) {
    if (line === '') continue;
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/s.exec(line) ?? [];
    if (word === 'HELP') {
      assert.match(name, NAME);
      assert.ok(!families.has(name), `${name} has one head`);
      assert.ok(rest.length > 0, `${name} is explained`);
      family = { name, help: rest, kind: '', samples: [] };
      families.set(name, family);
    } else if (word === 'TYPE') {
      assert.equal(name, family?.name, 'TYPE follows HELP');
      assert.match(rest, /^(counter|gauge|histogram|summary|untyped)$/);
      (family as Family).kind = rest;
    } else {
      const sample = sampleOf(line);
      assert.ok(family !== undefined && family.kind !== '', `${line} has a head`);
      assert.ok(isOf(family, sample.name), `${line} stands under ${family.name}`);
      const id = JSON.stringify([sample.name, [...sample.labels].sort()]);
      assert.ok(!series.has(id), `${line} stands once`);
      series.add(id);
      family.samples.push(sample);
    }
  }
  return families;
}

function isOf({ name, kind }: Family, sample: string): boolean {
  if (sample === name) return kind !== 'histogram';
  return (kind === 'histogram' || kind === 'summary') && [`${name}_bucket`, `${name}_sum`, `${name}_count`].includes(sample);
}

function sampleOf(line: string): Sample {
  const [, name = '', inner, value = ''] = SAMPLE.exec(line) ?? [];
  assert.match(name, NAME, line);
  assert.match(value, VALUE, line);
  const labels = new Map<string, string>();
  if (inner !== undefined) {
    LABEL.lastIndex = 0;
    let at = 0;
    while (at < inner.length) {
      const found = LABEL.exec(inner);
      assert.ok(found !== null, `labels of ${line}`);
      labels.set(
        found[1] as string,
        (found[2] as string).replace(/\\[\\n"]/g, (two) => ESCAPED[two] as string),
      );
      at = LABEL.lastIndex;
    }
  }
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) };
}
