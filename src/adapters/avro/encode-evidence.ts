import type { Evidence } from '../../core/message.ts';
import type { Party } from '../../core/party.ts';
import type { Branch, Deed, Edge, Hold, Sequel } from '../../core/trail.ts';
import type { AvroBytes } from './avro-bytes.ts';
import { writeItems } from './encode-items.ts';

/** Writes the record `Evidence` of `schemas/activity.avsc`. */
export function writeEvidence(evidence: Evidence, out: AvroBytes): void {
  out.text(evidence.to);
  out.int('hold' in evidence ? 1 : 0);
  if ('hold' in evidence) writeHold(evidence.hold, out);
  out.int('sequel' in evidence ? 1 : 0);
  if ('sequel' in evidence) writeSequel(evidence.sequel, out);
}

function writeHold({ home, from, to, until, edges, under }: Hold, out: AvroBytes): void {
  writeParty(home, out);
  out.double(from);
  out.double(to);
  out.double(until);
  writeItems(edges, writeEdge, out);
  writeItems(under, writeParty, out);
}

function writeSequel({ branch, tour, adopters }: Sequel, out: AvroBytes): void {
  writeBranch(branch, out);
  writeItems(tour, writeParty, out);
  writeItems(adopters, writeParty, out);
}

function writeBranch({ home, key, from, to, under, edges, deeds }: Branch, out: AvroBytes): void {
  writeParty(home, out);
  out.text(key);
  out.double(from);
  out.double(to);
  writeItems(under, writeParty, out);
  writeItems(edges, writeEdge, out);
  writeItems(deeds, writeDeed, out);
}

/** Writes the record `Party`. */
export function writeParty({ entity, kind, name }: Party, out: AvroBytes): void {
  out.text(entity);
  out.text(kind);
  out.text(name);
}

function writeEdge({ from, to, kind, event, time }: Edge, out: AvroBytes): void {
  writeParty(from, out);
  writeParty(to, out);
  out.text(kind);
  out.text(event);
  out.double(time);
}

function writeDeed({ by, plane, detection, severity, confidence, what, event, time }: Deed, out: AvroBytes): void {
  writeParty(by, out);
  out.text(plane);
  out.text(detection);
  out.text(severity);
  out.text(confidence);
  out.text(what);
  out.text(event);
  out.double(time);
}
