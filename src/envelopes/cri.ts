import { LARGEST_VALUE } from './limits.ts';
import type { TextSink } from './text-sink.ts';

interface Fragments {
  readonly line: number;
  readonly time: string;
  readonly parts: string[];
  size: number;
}

/**
 * Reads the log lines of container runtimes, `<time> stdout|stderr F|P <text>`, and joins the fragments (`P`) of a
 * stream up to its next full line. Each joined line leaves as `{time, stream, log}`, the form shippers give it.
 * Format: Kubernetes CRI logging, kubernetes/community `contributors/design-proposals/node/kubelet-cri-logging.md`.
 */
export class CriLines {
  readonly #open = new Map<string, Fragments>();

  /** True if the text is such a line and was taken. */
  take(text: string, line: number, sink: TextSink): boolean {
    const timeEnd = text.indexOf(' ');
    if (timeEnd < 20 || timeEnd > 40 || text.charCodeAt(10) !== 84) return false;
    const stream = text.startsWith('stdout ', timeEnd + 1) ? 'stdout' : text.startsWith('stderr ', timeEnd + 1) ? 'stderr' : undefined;
    if (stream === undefined) return false;
    const tagStart = timeEnd + 8;
    const tag = text.charAt(tagStart);
    const tagEnd = text.indexOf(' ', tagStart);
    if ((tag !== 'F' && tag !== 'P') || tagEnd < 0 || tagEnd > tagStart + 64) return false;
    const fragments = this.#fragments(stream, text.slice(0, timeEnd), line);
    this.#append(fragments, text.slice(tagEnd + 1));
    if (tag === 'F') this.#give(stream, fragments, sink);
    return true;
  }

  /** Gives out what no full line followed. */
  end(sink: TextSink): void {
    for (const [stream, fragments] of this.#open) this.#give(stream, fragments, sink);
  }

  #fragments(stream: string, time: string, line: number): Fragments {
    const known = this.#open.get(stream);
    if (known !== undefined) return known;
    const made: Fragments = { line, time, parts: [], size: 0 };
    this.#open.set(stream, made);
    return made;
  }

  /** What exceeds the largest value is left out: the value is then cut like any other. */
  #append(fragments: Fragments, text: string): void {
    const part = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (fragments.size + part.length > LARGEST_VALUE) {
      fragments.size = LARGEST_VALUE;
      return;
    }
    fragments.parts.push(part);
    fragments.size += part.length;
  }

  #give(stream: string, fragments: Fragments, sink: TextSink): void {
    this.#open.delete(stream);
    sink.value({ time: fragments.time, stream, log: fragments.parts.join('') }, fragments.line, false);
  }
}
