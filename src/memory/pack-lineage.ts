import { type Confidence, SEVERITIES, severityRank } from '../core/detection.ts';
import type { Plane } from '../core/event.ts';
import type { Party } from '../core/party.ts';
import { type Branch, type Deed, EDGE_KINDS, type Edge, type Hold } from '../core/trail.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import { Lineage, MOST_BRANCHES, MOST_HOLDS, MOST_TOLD } from './lineage.ts';

const PLANES: readonly Plane[] = ['kubernetes', 'azure', 'aws', 'gcp'];
const CONFIDENCES: readonly Confidence[] = ['low', 'medium', 'high'];
const MOST_PARTIES = 4_096;
/** More than any list of a branch may hold. */
const MOST_ITEMS = 64;

/** Packs what an entity knows of chains; parties once each. One byte where it knows nothing. */
export function packLineage(writer: ByteWriter, lineage: Lineage | undefined): void {
  if (lineage === undefined || lineage.isEmpty) {
    writer.u8(0);
    return;
  }
  writer.u8(1);
  const parties = new Parties(lineage);
  parties.pack(writer);
  const write = new LineageWriter(writer, parties);
  write.list(lineage.holds, (hold) => write.hold(hold));
  write.list(lineage.branches, ({ branch, adopters }) => {
    write.branch(branch);
    write.parties(adopters);
  });
  write.list(lineage.told, ({ uid, severity, version, said, isClosed }) => {
    writer.text(uid);
    writer.u8(severityRank(severity));
    writer.u32(version);
    writer.u32(said);
    writer.u8(isClosed ? 1 : 0);
  });
}

/** Unpacks `packLineage`'s bytes. Throws RangeError for damaged ones. */
export function unpackLineage(reader: ByteReader): Lineage | undefined {
  if (reader.u8() === 0) return undefined;
  const parties = Array.from({ length: bounded(reader.u16(), MOST_PARTIES, 'parties') }, () => ({
    entity: reader.text(),
    kind: reader.text() as Party['kind'],
    name: reader.text(),
  }));
  const read = new LineageReader(reader, parties);
  const lineage = new Lineage();
  lineage.holds = read.list(MOST_HOLDS, () => read.hold());
  lineage.branches = read.list(2 * MOST_BRANCHES, () => ({ branch: read.branch(), adopters: read.parties() }));
  lineage.told = read.list(MOST_TOLD, () => ({
    uid: reader.text(),
    severity: item(SEVERITIES, reader.u8(), 'severity'),
    version: reader.u32(),
    said: reader.u32(),
    isClosed: reader.u8() === 1,
  }));
  return lineage;
}

/** The parties of a lineage, each once under its number. */
class Parties {
  private readonly numbers = new Map<string, number>();
  private readonly all: Party[] = [];

  constructor({ holds, branches }: Lineage) {
    for (const { home, edges, under } of holds) this.addAll([home, ...under, ...endsOf(edges)]);
    for (const { branch, adopters } of branches) {
      const { home, edges, under, deeds } = branch;
      this.addAll([home, ...under, ...adopters, ...endsOf(edges), ...deeds.map(({ by }) => by)]);
    }
  }

  number({ entity, kind, name }: Party): number {
    return this.numbers.get(`${entity}\n${kind}\n${name}`) as number;
  }

  pack(writer: ByteWriter): void {
    writer.u16(this.all.length);
    for (const { entity, kind, name } of this.all) {
      writer.text(entity);
      writer.text(kind);
      writer.text(name);
    }
  }

  private addAll(parties: readonly Party[]): void {
    for (const party of parties) {
      const key = `${party.entity}\n${party.kind}\n${party.name}`;
      if (this.numbers.has(key)) continue;
      this.numbers.set(key, this.all.length);
      this.all.push(party);
    }
  }
}

function endsOf(edges: readonly Edge[]): Party[] {
  return edges.flatMap(({ from, to }) => [from, to]);
}

class LineageWriter {
  private readonly writer: ByteWriter;
  private readonly numbers: Parties;

  constructor(writer: ByteWriter, numbers: Parties) {
    this.writer = writer;
    this.numbers = numbers;
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
    this.writer.text(key);
    for (const time of [from, to]) this.writer.f64(time);
    this.parties(under);
    this.list(edges, (edge) => this.edge(edge));
    this.list(deeds, (deed) => this.deed(deed));
  }

  private party(party: Party): void {
    this.writer.u16(this.numbers.number(party));
  }

  private edge({ from, to, kind, event, time }: Edge): void {
    this.party(from);
    this.party(to);
    this.writer.u8(EDGE_KINDS.indexOf(kind));
    this.writer.text(event);
    this.writer.f64(time);
  }

  private deed({ by, plane, detection, severity, confidence, what, event, time }: Deed): void {
    this.party(by);
    this.writer.u8(PLANES.indexOf(plane));
    this.writer.text(detection);
    this.writer.u8(severityRank(severity));
    this.writer.u8(CONFIDENCES.indexOf(confidence));
    this.writer.text(what);
    this.writer.text(event);
    this.writer.f64(time);
  }
}

class LineageReader {
  private readonly reader: ByteReader;
  private readonly known: readonly Party[];

  constructor(reader: ByteReader, known: readonly Party[]) {
    this.reader = reader;
    this.known = known;
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
    const head = { home: this.party(), key: reader.text(), from: reader.f64(), to: reader.f64() };
    return { ...head, under: this.parties(), edges: this.edges(), deeds: this.list(MOST_ITEMS, () => this.deed()) };
  }

  private party(): Party {
    return item(this.known, this.reader.u16(), 'party');
  }

  private edges(): Edge[] {
    const { reader } = this;
    return this.list(MOST_ITEMS, () => ({
      from: this.party(),
      to: this.party(),
      kind: item(EDGE_KINDS, reader.u8(), 'edge'),
      event: reader.text(),
      time: reader.f64(),
    }));
  }

  private deed(): Deed {
    const { reader } = this;
    return {
      by: this.party(),
      plane: item(PLANES, reader.u8(), 'plane'),
      detection: reader.text(),
      severity: item(SEVERITIES, reader.u8(), 'severity'),
      confidence: item(CONFIDENCES, reader.u8(), 'confidence'),
      what: reader.text(),
      event: reader.text(),
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
