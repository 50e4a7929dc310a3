import { type Confidence, SEVERITIES, severityRank } from '../core/detection.ts';
import type { Plane } from '../core/event.ts';
import type { Party } from '../core/party.ts';
import { type Branch, type Deed, EDGE_KINDS, type Edge, type Hold } from '../core/trail.ts';
import { type ByteReader, ByteWriter } from './bytes.ts';
import { Lineage, MOST_BRANCHES, MOST_HOLDS, MOST_OWN_DEEDS, MOST_TOLD } from './lineage.ts';

const PLANES: readonly Plane[] = ['kubernetes', 'azure', 'aws', 'gcp'];
const CONFIDENCES: readonly Confidence[] = ['low', 'medium', 'high'];
const MOST_WORDS = 8_192;
/** More than any list of a branch may hold. */
const MOST_ITEMS = 64;

/** Packs what an entity knows of chains; every word once. One byte where it knows nothing. */
export function packLineage(writer: ByteWriter, lineage: Lineage | undefined): void {
  if (lineage === undefined || lineage.isEmpty) {
    writer.u8(0);
    return;
  }
  writer.u8(1);
  const body = new ByteWriter();
  const words = new Words();
  const write = new LineageWriter(body, words);
  write.list(lineage.holds, (hold) => write.hold(hold));
  write.list(lineage.branches, ({ branch, adopters }) => {
    write.branch(branch);
    write.parties(adopters);
  });
  write.list(lineage.told, ({ uid, severity, version, said, isClosed }) => {
    write.word(uid);
    body.u8(severityRank(severity));
    body.u32(version);
    body.u32(said);
    body.u8(isClosed ? 1 : 0);
  });
  words.pack(writer);
  writer.raw(body.done());
}

/** Unpacks `packLineage`'s bytes. Throws RangeError for damaged ones. */
export function unpackLineage(reader: ByteReader): Lineage | undefined {
  if (reader.u8() === 0) return undefined;
  const words = Array.from({ length: bounded(reader.u16(), MOST_WORDS, 'words') }, () => reader.text());
  const read = new LineageReader(reader, words);
  const lineage = new Lineage();
  lineage.holds = read.list(MOST_HOLDS, () => read.hold());
  lineage.branches = read.list(MOST_BRANCHES + MOST_OWN_DEEDS, () => ({ branch: read.branch(), adopters: read.parties() }));
  lineage.told = read.list(MOST_TOLD, () => ({
    uid: read.word(),
    severity: item(SEVERITIES, reader.u8(), 'severity'),
    version: reader.u32(),
    said: reader.u32(),
    isClosed: reader.u8() === 1,
  }));
  return lineage;
}

/** The words of a lineage, each once under its number. */
class Words {
  private readonly numbers = new Map<string, number>();

  number(word: string): number {
    const known = this.numbers.get(word) ?? this.numbers.size;
    this.numbers.set(word, known);
    return known;
  }

  pack(writer: ByteWriter): void {
    writer.u16(this.numbers.size);
    for (const word of this.numbers.keys()) writer.text(word);
  }
}

class LineageWriter {
  private readonly writer: ByteWriter;
  private readonly words: Words;

  constructor(writer: ByteWriter, words: Words) {
    this.writer = writer;
    this.words = words;
  }

  word(word: string): void {
    this.writer.u16(this.words.number(word));
  }

  list<T>(items: readonly T[], write: (item: T) => void): void {
    this.writer.u8(items.length);
    for (const each of items) write(each);
  }

  parties(parties: readonly Party[]): void {
    this.list(parties, (party) => this.party(party));
  }

  hold({ home, from, to, until, edges, under }: Hold): void {
    this.party(home);
    for (const time of [from, to, until]) this.writer.f64(time);
    this.list(edges, (edge) => this.edge(edge));
    this.parties(under);
  }

  branch({ home, key, from, to, under, edges, deeds }: Branch): void {
    this.party(home);
    this.word(key);
    for (const time of [from, to]) this.writer.f64(time);
    this.parties(under);
    this.list(edges, (edge) => this.edge(edge));
    this.list(deeds, (deed) => this.deed(deed));
  }

  private party({ entity, kind, name }: Party): void {
    this.word(entity);
    this.word(kind);
    this.word(name);
  }

  private edge({ from, to, kind, event, time }: Edge): void {
    this.party(from);
    this.party(to);
    this.writer.u8(EDGE_KINDS.indexOf(kind));
    this.word(event);
    this.writer.f64(time);
  }

  private deed({ by, plane, detection, severity, confidence, what, event, time }: Deed): void {
    this.party(by);
    this.writer.u8(PLANES.indexOf(plane));
    this.word(detection);
    this.writer.u8(severityRank(severity));
    this.writer.u8(CONFIDENCES.indexOf(confidence));
    this.word(what);
    this.word(event);
    this.writer.f64(time);
  }
}

class LineageReader {
  private readonly reader: ByteReader;
  private readonly words: readonly string[];

  constructor(reader: ByteReader, words: readonly string[]) {
    this.reader = reader;
    this.words = words;
  }

  word(): string {
    return item(this.words, this.reader.u16(), 'word');
  }

  list<T>(most: number, read: () => T): T[] {
    return Array.from({ length: bounded(this.reader.u8(), most, 'items of a chain') }, read);
  }

  parties(): Party[] {
    return this.list(MOST_ITEMS, () => this.party());
  }

  hold(): Hold {
    const { reader } = this;
    const head = { home: this.party(), from: reader.f64(), to: reader.f64(), until: reader.f64() };
    return { ...head, edges: this.edges(), under: this.parties() };
  }

  branch(): Branch {
    const { reader } = this;
    const head = { home: this.party(), key: this.word(), from: reader.f64(), to: reader.f64() };
    return { ...head, under: this.parties(), edges: this.edges(), deeds: this.list(MOST_ITEMS, () => this.deed()) };
  }

  private party(): Party {
    return { entity: this.word(), kind: this.word() as Party['kind'], name: this.word() };
  }

  private edges(): Edge[] {
    const { reader } = this;
    return this.list(MOST_ITEMS, () => ({
      from: this.party(),
      to: this.party(),
      kind: item(EDGE_KINDS, reader.u8(), 'edge'),
      event: this.word(),
      time: reader.f64(),
    }));
  }

  private deed(): Deed {
    const { reader } = this;
    return {
      by: this.party(),
      plane: item(PLANES, reader.u8(), 'plane'),
      detection: this.word(),
      severity: item(SEVERITIES, reader.u8(), 'severity'),
      confidence: item(CONFIDENCES, reader.u8(), 'confidence'),
      what: this.word(),
      event: this.word(),
      time: reader.f64(),
    };
  }
}

function item<T>(items: readonly T[], index: number, what: string): T {
  const found = items[index];
  if (found === undefined) throw new RangeError(`packed memory names ${what} ${index}`);
  return found;
}

function bounded(count: number, most: number, what: string): number {
  if (count > most) throw new RangeError(`packed memory holds ${count} ${what}, at most ${most} can be`);
  return count;
}
