import { brokenRules } from './support/import-graph.ts';
import { root } from './support/paths.ts';

const { modules, violations } = await brokenRules(root);
for (const { rule, from, to } of violations) console.error(`${rule}: ${from} -> ${to}`);
console.log(`import rules: ${modules} modules, ${violations.length} violations`);
if (violations.length > 0 || modules === 0) process.exitCode = 1;
