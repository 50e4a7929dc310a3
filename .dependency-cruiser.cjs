/**
 * Who may import whom. Each rule has a planted violation in test/laws/import-rules.test.ts: a new rule needs one too.
 * Run it with `npm run rules`.
 */

/** Pure folders in the order in which data flows: each imports only from those before it. */
const PURE = ['core', 'envelopes', 'sources', 'memory', 'behaviour', 'lineage', 'detections', 'alerting'];
const AFTER_CORE = `^src/(${PURE.slice(1).join('|')})/`;
/** Folders named for a plane are no units: what several units of it share. */
const SHARED = '^src/(sources|detections)/(aws|azure|cloud|gcp|kubernetes)/';
const BUILTIN = ['core'];
const PACKAGE = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown', 'npm-bundled'];

function forbid(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to };
}

/** One rule per pure folder: it imports none of the folders after it. */
function orderRules() {
  return PURE.slice(1, -1).map((folder, index) => {
    const later = PURE.slice(index + 2).join('|');
    return forbid(
      `order-${folder}`,
      `${folder}/ stands before ${later.replaceAll('|', ', ')} and imports none of them.`,
      { path: `^src/${folder}/` },
      { path: `^src/(${later})/` },
    );
  });
}

/** A library that one place alone may know. */
function onlyIn(library, place, path) {
  return forbid(
    `${library}-only-in-${place}`,
    `Whoever else needs ${library} goes through a port.`,
    { path: '^src/', pathNot: path },
    { path: `(^|/)${library.replaceAll('.', '[.]')}(/|$)`, pathNot: '^src/' },
  );
}

module.exports = {
  forbidden: [
    forbid('no-cycles', 'Two files that need each other are one file, or three.', { path: '^src/' }, { circular: true }),
    forbid('core-imports-only-core', 'The vocabulary depends on nothing.', { path: '^src/core/' }, { pathNot: '^src/core/' }),
    ...orderRules(),
    forbid(
      'pure-imports-no-shell',
      'Pure folders know no port, adapter, configuration, telemetry or verb.',
      { path: AFTER_CORE },
      { path: '^src/', pathNot: `^src/(${PURE.join('|')})/` },
    ),
    forbid(
      'pure-imports-no-builtin',
      'Pure folders do no I/O; hashes only compute.',
      { path: AFTER_CORE },
      { dependencyTypes: BUILTIN, pathNot: '^(node:)?crypto$' },
    ),
    forbid(
      'pure-imports-no-package',
      'Pure folders need no package; alerting/formats/ may know ipaddr.js, which only computes, and avsc.',
      { path: AFTER_CORE },
      { dependencyTypes: PACKAGE, pathNot: '(^|/)(kafkajs|ioredis|pino|avsc|ipaddr[.]js)(/|$)' },
    ),
    forbid(
      'units-know-no-sibling',
      'A source, detection or adapter is added and removed alone.',
      { path: '^src/(sources|detections|adapters)/([^/]+)/' },
      { path: '^src/$1/[^/]+/', pathNot: ['^src/$1/$2/', SHARED] },
    ),
    forbid(
      'units-come-by-registry',
      'Whoever needs the units takes the generated list.',
      { path: '^src/', pathNot: ['^src/(sources|detections)/registry[.]gen[.]ts$', '^src/(sources|detections)/[^/]+/'] },
      { path: '^src/(sources|detections)/[^/]+/' },
    ),
    ...['sources', 'detections'].map((family) =>
      forbid(
        `${family}-are-registered`,
        'A unit that is in no list is never asked: run `npm run gen`.',
        { path: `^src/${family}/registry[.]gen[.]ts$` },
        { path: `^src/${family}/[^/]+/(source|detection)[.]ts$`, reachable: false },
      ),
    ),
    onlyIn('kafkajs', 'adapters-kafka', '^src/adapters/kafka/'),
    onlyIn('ioredis', 'adapters-redis', '^src/adapters/redis/'),
    onlyIn('avsc', 'formats-and-adapters', '^src/(alerting/formats|adapters)/'),
    onlyIn('pino', 'telemetry', '^src/telemetry/'),
    onlyIn('ipaddr.js', 'formats-and-cli', '^src/(alerting/formats|cli)/'),
    forbid(
      'adapters-import-inward',
      'An adapter knows the ports, the vocabulary, the memory it keeps and its own library.',
      { path: '^src/adapters/' },
      { path: '^src/', pathNot: '^src/(ports|core|memory|adapters)/' },
    ),
    forbid(
      'ports-import-inward',
      'A port is worded in the vocabulary and in the memory.',
      { path: '^src/ports/' },
      { pathNot: '^src/(ports|core|memory)/' },
    ),
    forbid(
      'pipeline-imports-only-pure',
      'The map joins pure folders and nothing else.',
      { path: '^src/pipeline[.]ts$' },
      { pathNot: `^src/(${PURE.join('|')})/` },
    ),
    forbid('worker-imports-no-adapter', 'The shell is worded in ports.', { path: '^src/worker[.]ts$' }, { path: '^src/adapters/' }),
    forbid(
      'only-main-and-cli-wire-adapters',
      'One place decides which adapter stands behind a port.',
      { path: '^src/', pathNot: [`^src/(${PURE.join('|')}|ports|adapters|cli)/`, '^src/(main|pipeline|worker)[.]ts$'] },
      { path: '^src/adapters/' },
    ),
    forbid(
      'nothing-is-dead',
      'What no program reaches is deleted; history remembers. The glossary is for people.',
      { path: '^src/(main|cli/gen|cli/new)[.]ts$' },
      {
        path: '^src/',
        pathNot: '^src/(main[.]ts|cli/(gen|new)[.]ts|core/glossary[.]ts|(sources|detections)/[^/]+/(source|detection)[.]ts)$',
        reachable: false,
      },
    ),
    forbid('source-imports-no-test', 'What ships does not need the tests.', { path: '^src/' }, { path: '^test/' }),
    forbid(
      'nothing-undeclared',
      'What is imported exists and is a runtime dependency in package.json.',
      { path: '^src/' },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
