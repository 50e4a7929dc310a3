import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blankDetection } from './blank-detection.ts';
import { packageRoot } from './package-root.ts';
import { DETECTION_ID, PREFIXES } from './unit-laws.ts';

const [kind, id] = process.argv.slice(2);
const folder = join(packageRoot(), 'src/detections', id ?? '');
if (kind !== 'detection' || id === undefined || !DETECTION_ID.test(id)) {
  console.error(`usage: npm run new -- detection <id>   (lower-case words joined by hyphens, begun with ${PREFIXES}: k8s-secret-sweep)`);
  process.exitCode = 2;
} else if (existsSync(folder)) {
  console.error(`src/detections/${id} exists already`);
  process.exitCode = 2;
} else {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of blankDetection(id)) {
    writeFileSync(join(folder, name), text);
    console.log(`wrote src/detections/${id}/${name}`);
  }
  console.log('next: write the three files, then npm run gen && npm test');
}
