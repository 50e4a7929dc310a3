import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { playStory } from '../../src/cli/play-story.ts';
import { readStory } from '../../src/cli/story-file.ts';
import { detections } from '../../src/detections/registry.gen.ts';
import { sources } from '../../src/sources/registry.gen.ts';
import { root } from '../support/paths.ts';

for (const detection of detections) {
  test(`${detection.id}: ${detection.title} plays as its story tells`, () => {
    const path = `src/detections/${detection.id}/story.jsonl`;
    assert.ok(existsSync(join(root, path)), `${path} is missing`);
    const { lines, faults } = readStory(readFileSync(join(root, path), 'utf8'));
    assert.deepEqual(faults, []);
    assert.deepEqual(playStory({ detection, path, lines }, sources, detections), []);
  });
}
