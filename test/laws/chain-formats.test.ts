import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { graphFrom, graphIn } from '../../src/alerting/formats/graph.ts';
import { mermaidOf } from '../../src/alerting/formats/graph-mermaid.ts';
import { svgOf } from '../../src/alerting/formats/graph-svg.ts';
import { treeLines } from '../../src/alerting/formats/graph-tree.ts';
import { toOcsfText } from '../../src/alerting/formats/ocsf.ts';
import { graphOf } from '../../src/alerting/formats/ocsf-chain.ts';
import { toText } from '../../src/alerting/formats/text.ts';
import { BRIEF } from '../support/arbitrary-alert.ts';
import { chain, text } from '../support/arbitrary-evidence.ts';
import { CONTEXT } from '../support/example-alert.ts';
import { validateFinding } from '../support/ocsf.ts';
import { dangerous } from '../support/unseen.ts';

const PLAIN = { color: false, width: 100 };

test('a chain is a valid OCSF finding of at most 64 KB whose edges join its nodes, whatever its names are', () => {
  fc.assert(
    fc.property(chain, (alert) => {
      const json = toOcsfText(alert, CONTEXT);
      assert.ok(Buffer.byteLength(json) <= 65_536, `${Buffer.byteLength(json)} bytes`);
      const finding: unknown = JSON.parse(json);
      assert.deepEqual(validateFinding(finding), []);
      const graph = graphIn(finding);
      assert.equal(graph?.edges.length, alert.edges.length);
    }),
    { ...BRIEF, numRuns: 300, endOnFailure: true },
  );
});

test('nothing of a chain reaches a terminal unescaped', () => {
  fc.assert(
    fc.property(chain, (alert) => {
      for (const shown of [toText(alert, CONTEXT, PLAIN), treeLines(graphFrom(graphOf(alert))).join('\n')])
        assert.deepEqual(dangerous(shown), []);
    }),
    { ...BRIEF, numRuns: 300, endOnFailure: true },
  );
});

test('no name is read as markup of a picture: tags and quotes of a drawing are its own', () => {
  fc.assert(
    fc.property(chain, text, (alert, evil) => {
      const named = { ...alert, root: { ...alert.root, name: `<script>"${evil}"]) & click` } };
      const graph = graphFrom(graphOf(named));
      const svg = svgOf(graph);
      const tags = new Set([...svg.matchAll(/<\/?([a-zA-Z]+)/g)].map(([, tag]) => tag));
      for (const tag of tags) assert.ok(['svg', 'title', 'style', 'defs', 'marker', 'path', 'rect', 'text'].includes(tag ?? ''), tag);
      assert.ok(!/&(?!#\d+;)/.test(svg.slice(svg.indexOf('</style>'))));
      for (const line of mermaidOf(graph).trimEnd().split('\n').slice(1))
        assert.match(line, /^ {2}n\d+(?:\(".*"\)|\[".*"\]| -->\|".*"\| n\d+)$/u);
      assert.deepEqual([...dangerous(svg), ...dangerous(mermaidOf(graph))], []);
    }),
    { ...BRIEF, numRuns: 200, endOnFailure: true },
  );
});

test('a finding that somebody else wrote is drawn or has no graph, and never fails', () => {
  fc.assert(
    fc.property(
      fc.anything(),
      fc.array(fc.record({ uid: text, name: text })),
      fc.array(fc.record({ source: text, target: text })),
      (any, nodes, edges) => {
        assert.equal(graphIn(any), undefined);
        const graph = graphIn({ finding_info: { attack_graph: { nodes: [...nodes, any], edges: [...edges, any] } } });
        if (graph !== undefined) assert.ok(svgOf(graph).length + mermaidOf(graph).length + treeLines(graph).length > 0);
      },
    ),
    { ...BRIEF, numRuns: 300, endOnFailure: true },
  );
});

test('a chain reads in a minute: where it began, the path with its calls, what was done, what to revoke', () => {
  const [home, token, next] = [
    { entity: 'k8s/c/sa/identity/login', kind: 'service-account', name: 'system:serviceaccount:identity:login' },
    { entity: 'k8s/c/thing/token/JTI=1', kind: 'token', name: 'JTI=1' },
    { entity: 'k8s/c/sa/flux/flux', kind: 'service-account', name: 'system:serviceaccount:flux:flux' },
  ] as const;
  const time = Date.UTC(2026, 10, 12, 12);
  const deed = { plane: 'kubernetes', detection: 'k8s-token-minted', severity: 'high', confidence: 'high', event: 'mint', time } as const;
  const shown = toText(
    {
      uid: '00000000-0000-8000-a000-000000000001',
      activity: 'create',
      version: 2,
      root: home,
      severity: 'critical',
      confidence: 'high',
      edges: [
        { from: home, to: token, kind: 'minted', event: 'mint', time },
        { from: token, to: next, kind: 'opened', event: 'use', time: time + 60_000 },
      ],
      deeds: [{ ...deed, by: home, what: 'mints a token for service account flux/flux' }],
      firstSeen: time,
      lastSeen: time + 60_000,
    },
    CONTEXT,
    PLAIN,
  );
  assert.equal(
    shown,
    [
      'CRITICAL  2026-11-12 12:00:00Z  chain: service account identity/login reached service account',
      '          flux/flux',
      '  path    service account identity/login',
      '            minted token JTI=1  (2026-11-12 12:00:00Z, id mint)',
      '              was used as service account flux/flux  (2026-11-12 12:01:00Z, id use)',
      '  deeds   2026-11-12 12:00:00Z service account identity/login mints a token for service account',
      '            flux/flux [k8s-token-minted, high]',
      '  revoke  Token JTI=1 works until it expires: delete and re-create service account flux/flux, or',
      '            delete the pod that it is bound to.',
      '  chain   00000000-0000-8000-a000-000000000001, version 2, confidence high',
      '',
    ].join('\n'),
  );
});
