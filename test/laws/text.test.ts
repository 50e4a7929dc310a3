import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blindSpotsOf } from '../../src/alerting/blind-spots.ts';
import { bounded, printable } from '../../src/alerting/escape.ts';
import { toText } from '../../src/alerting/formats/text.ts';
import type { Alert } from '../../src/core/alert.ts';
import { SEVERITIES } from '../../src/core/detection.ts';
import { alert as anyAlert, BRIEF, hostile } from '../support/arbitrary-alert.ts';
import { ALERT, CONTEXT, EVENT, SIGNAL } from '../support/example-alert.ts';
import { dangerous } from '../support/unseen.ts';

const PLAIN = { color: false, width: 120 };
const WHOLE = { ...CONTEXT, blindSpots: (alert: Alert) => blindSpotsOf(alert, { catalogue: CONTEXT.catalogue, sources: new Map() }) };

/** Takes out the sequences that set a colour, and no other. */
function withoutColor(text: string): string {
  return text
    .split('\u001b[')
    .map((part, i) => (i === 0 ? part : part.replace(/^(0|1|2|1;97;41|1;31|1;33|36)m/, '')))
    .join('');
}

test('a finding reads in about fifteen lines: what, why odd, from where, which call, what is hidden, what next', () => {
  const text = toText(ALERT, CONTEXT, PLAIN);
  const lines = text.trimEnd().split('\n');
  assert.match(lines[0] ?? '', /^HIGH {6}2026-11-12 12:00:00Z {2}service account payments\/checkout in Kubernetes prod-1$/);
  assert.ok(lines.length <= 16, text);
  for (const part of [
    'lists all secrets of the cluster, which it never did in 12 days',
    'operation: list secrets (all namespaces); usual: get configmaps, watch endpoints',
    'active on 12 of the last 28 days, 4,211 calls',
    '203.0.113.9 (outside), client curl 8.5.0',
    'id f47c68f2-d3ac-4f96-b2f4-5d497bf79b64',
    'No --networks given covers 203.0.113.9',
    '2. Revoke the token by deleting its pod.',
    'confidence high; ATT&CK T1552.007, T1078.004',
  ])
    assert.ok(text.includes(part), part);
});

test('an update takes three lines and says what was added', () => {
  const text = toText({ ...ALERT, activity: 'update', count: 4 }, CONTEXT, PLAIN);
  assert.equal(text.trimEnd().split('\n').length, 3, text);
  assert.match(text, /0b8f0c1e signal 4\n {2}added {3}lists all secrets/);
});

test('colours appear only when asked for, and change nothing else', () => {
  const plain = toText(ALERT, CONTEXT, PLAIN);
  const colored = toText(ALERT, CONTEXT, { ...PLAIN, color: true });
  assert.ok(!plain.includes('\u001b'));
  assert.ok(colored.includes('\u001b[1;31mHIGH\u001b[0m'));
  assert.equal(withoutColor(colored), plain);
});

test('a name full of escapes cannot move the cursor, break the line or turn the text round', () => {
  const name = 'a\u001b[2Jb\r\nCRITICAL  fake\u202eexe\u200b\ud800\u00a0';
  const text = toText({ ...ALERT, identity: { ...ALERT.identity, kind: 'human', name } }, CONTEXT, PLAIN);
  assert.ok(text.includes('user a\\u{1b}[2Jb\\u{d}\\u{a}CRITICAL  fake\\u{202e}exe\\u{200b}\\u{d800}\\u{a0}'), text);
});

test('no hostile alert puts anything but its own line breaks and colours on the terminal', () => {
  fc.assert(
    fc.property(
      anyAlert,
      fc.constantFrom(undefined, ...SEVERITIES),
      fc.integer({ min: -5, max: 400 }),
      fc.boolean(),
      (alert, before, width, color) => {
        const text = toText({ ...alert, before }, WHOLE, { color, width });
        assert.deepEqual(dangerous(color ? withoutColor(text) : text), []);
        assert.ok(text.endsWith('\n'));
        assert.ok(text.length < 30_000);
      },
    ),
    { ...BRIEF, numRuns: 100 },
  );
});

test('printable shows every dangerous sign by its number, keeps ordinary text and never throws', () => {
  assert.equal(printable('kube-system/naïve-日本'), 'kube-system/naïve-日本');
  assert.equal(printable('abc', 2), 'ab…');
  fc.assert(
    fc.property(hostile, fc.integer({ min: 0, max: 300 }), (text, limit) => {
      const shown = printable(text, limit);
      assert.deepEqual(dangerous(shown), []);
      assert.ok(!shown.includes('\n'));
      assert.ok(shown.length <= 9 * limit + 1);
    }),
    BRIEF,
  );
});

test('bounded text is well-formed, never longer than its limit and never half a pair', () => {
  assert.equal(bounded('ab\u{1f600}', 3), 'ab');
  fc.assert(
    fc.property(hostile, fc.integer({ min: 1, max: 300 }), (text, limit) => {
      const cut = bounded(text, limit);
      assert.ok(cut.length <= limit && cut.isWellFormed());
      if (text.length <= limit && text.isWellFormed()) assert.equal(cut, text);
    }),
    BRIEF,
  );
});

test('the second signal of another detection is told too', () => {
  const second = {
    ...SIGNAL,
    detection: 'k8s-exec',
    what: 'runs a command in another pod',
    event: { ...EVENT, id: 'e-2', body: { command: ['cat', '/etc/passwd'] } },
  };
  const text = toText({ ...ALERT, signals: [SIGNAL, second], detections: [SIGNAL.detection, 'k8s-exec'], count: 2 }, CONTEXT, PLAIN);
  assert.match(text, /runs a command in another pod \[k8s-exec\]/);
  assert.match(text, /id e-2/);
});
