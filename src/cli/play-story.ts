import type { Detection } from '../core/detection.ts';
import type { Event } from '../core/event.ts';
import type { EntityKey } from '../core/identity.ts';
import type { Signal } from '../core/message.ts';
import type { Settings } from '../core/settings.ts';
import type { Source } from '../core/source.ts';
import { HOUR } from '../core/time.ts';
import { Panel } from '../detections/panel.ts';
import { unwrap } from '../envelopes/unwrap.ts';
import { Memory } from '../memory/memory.ts';
import { judge } from '../pipeline.ts';
import { recogniser } from '../sources/recognise.ts';
import type { Problem, Story } from './check.ts';
import { addressBook } from './networks.ts';
import { shifted } from './shift-times.ts';
import type { StoryLine } from './story-file.ts';

const SETTINGS: Settings = { cluster: 'story', address: addressBook({ pods: [], nodes: [], cluster: [], egress: [], providers: [] }) };

/** Plays a story through sources, memory and all detections; names every line on which the verdicts differ from those expected. */
export function playStory(story: Story, sources: readonly Source[], detections: readonly Detection[]): readonly Problem[] {
  const stage = new Stage(sources, new Panel(detections));
  const problems: Problem[] = [];
  for (const line of story.lines) {
    const times = line.repeat?.times ?? 1;
    for (let time = 0; time < times; time++) {
      const { signals, fault } = stage.play(shifted(line.record, time * (line.repeat?.everyHours ?? 0) * HOUR));
      const what = fault ?? difference(story.detection.id, line, signals);
      if (what === undefined) continue;
      problems.push({ where: `${story.path}:${line.line}`, what });
      break;
    }
  }
  return problems;
}

function difference(own: string, line: StoryLine, signals: readonly Signal[]): string | undefined {
  const spoke = new Set(signals.map((signal) => signal.detection));
  const missing = (line.expect ?? []).filter((id) => !spoke.has(id));
  if (missing.length > 0) return `${missing.join(', ')} should speak here and is silent`;
  const voice = signals.find((signal) => signal.detection === own);
  if (voice !== undefined && line.expect?.includes(own) !== true)
    return `${own} should be silent here and says: ${voice.severity}, ${voice.what}`;
  if (line.severity !== undefined && voice?.severity !== line.severity) {
    return `${own} should give ${line.severity} here and gives ${voice?.severity ?? 'nothing'}`;
  }
  return undefined;
}

/** The pipeline with memories of its own. */
class Stage {
  private readonly memories = new Map<EntityKey, Memory>();
  private readonly sourceOf: ReturnType<typeof recogniser>;
  private readonly panel: Panel;

  constructor(sources: readonly Source[], panel: Panel) {
    this.sourceOf = recogniser(sources);
    this.panel = panel;
  }

  play(record: unknown): { readonly signals: readonly Signal[]; readonly fault: string | undefined } {
    const events: Event[] = [];
    let fault: string | undefined;
    unwrap(record, {}, (entry) => {
      if (!('body' in entry)) return;
      const outcome = this.sourceOf(entry.body)?.normalise(entry.body, entry.hints, SETTINGS);
      if (outcome === undefined) fault = 'no source knows this record';
      else if (outcome.kind === 'event') events.push(outcome.event);
      else if (outcome.kind === 'rejected') fault = `the record is rejected: ${outcome.detail}`;
    });
    if (events.length === 0 && fault === undefined) fault = 'the record holds no event that is judged';
    const memoryOf = (entity: EntityKey) => this.memoryOf(entity);
    return { signals: events.flatMap((event) => judge(event, memoryOf, this.panel).signals), fault };
  }

  private memoryOf(entity: EntityKey): Memory {
    let memory = this.memories.get(entity);
    if (memory === undefined) {
      memory = new Memory();
      this.memories.set(entity, memory);
    }
    return memory;
  }
}
