import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Evidence } from '../../src/core/message.ts';
import type { Party } from '../../src/core/party.ts';
import { HOUR } from '../../src/core/time.ts';
import type { Deed, Edge } from '../../src/core/trail.ts';
import { Panel } from '../../src/detections/panel.ts';
import { holdEvidence, sent } from '../../src/lineage/climb.ts';
import { Memory } from '../../src/memory/memory.ts';
import { pack } from '../../src/memory/pack.ts';
import { step } from '../../src/pipeline.ts';

const NOON = Date.UTC(2026, 10, 14, 12);
const PANEL = new Panel([]);

test('what an entity knows of chains is bounded, whatever names and however many it is told of', () => {
  const long = (word: string) => `${word}${'\u{1f600}'.repeat(100)}`.slice(0, 200);
  const party = (number: number): Party => ({ entity: `k8s/${long(`c${number}`)}`, kind: 'service-account', name: long(`${number}`) });
  const thing: Party = { entity: 'k8s/c/thing/token/JTI=0', kind: 'token', name: 'JTI=0' };
  const evidence: Evidence[] = [];
  for (let number = 0; number < 60; number++) {
    const home = party(number);
    const time = NOON + number;
    const edges: Edge[] = [{ from: home, to: thing, kind: 'minted', event: long(`event-${number}`), time }];
    evidence.push(holdEvidence({ home, from: time, to: time, until: time + HOUR, edges, under: [thing, party(number + 100)] }));
    const deeds = Array.from(
      { length: 10 },
      (_, index): Deed => ({
        by: party(number + 200 + index),
        plane: 'kubernetes',
        detection: `detection-${index}`,
        severity: 'high',
        confidence: 'high',
        what: long(`${number}`).slice(0, 160),
        event: long(`deed-${number}-${index}`),
        time,
      }),
    );
    evidence.push(sent({ home: party(0), key: `deed-${number}`, from: time, to: time, under: [thing], edges, deeds }, [thing]));
  }
  const memories = new Map<string, Memory>();
  const memoryOf = (entity: string): Memory => {
    const memory = memories.get(entity) ?? new Memory();
    memories.set(entity, memory);
    return memory;
  };
  for (const each of evidence) step({ evidence: each }, memoryOf, PANEL);
  const largest = Math.max(...[...memories.values()].map((memory) => pack(memory).length));
  assert.ok(largest <= 65_536, `${largest} bytes`);
  assert.ok(largest > 16_384, `${largest} bytes: the worst is not met`);
});
