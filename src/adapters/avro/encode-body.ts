import type { Body } from '../../core/body.ts';
import type { AvroBytes } from './avro-bytes.ts';
import { writeParty } from './encode-evidence.ts';
import { isThere, writeMaybeText, writeTexts } from './encode-items.ts';

/** Writes the fields of a body in the order of the record `Body` in `schemas/activity.avsc`. */
export function writeBody(body: Body, out: AvroBytes): void {
  writeAsked(body.asked, out);
  writeGrant(body.grant, out);
  writeRules(body.rules, out);
  writeWorkload(body.workload, out);
  writeTokenRequest(body.tokenRequest, out);
  writeMaybeText(body.issued, out);
  writeMaybeText(body.issuedFor, out);
  writeMaybeTexts(body.command, out);
  writeMaybeText(body.refusedTarget, out);
  writeMaybeText(body.target, out);
  writeMaybeTexts(body.delegation, out);
  if (isThere(body.cut, out)) out.boolean(body.cut === true);
  writeBorrower(body.borrower, out);
  if (isThere(body.onBehalfOf, out)) writeParty(body.onBehalfOf, out);
  if (isThere(body.dryRun, out)) out.boolean(body.dryRun === true);
}

/** True for a body without fields. */
export function isBare(body: Body): boolean {
  for (const _ in body) return false;
  return true;
}

function writeMaybeTexts(texts: readonly string[] | undefined, out: AvroBytes): void {
  if (isThere(texts, out)) writeTexts(texts, out);
}

function writeAsked(asked: Body['asked'], out: AvroBytes): void {
  if (!isThere(asked, out)) return;
  out.text(asked.verb);
  out.text(asked.group);
  out.text(asked.resource);
  out.text(asked.namespace);
}

function writeGrant(grant: Body['grant'], out: AvroBytes): void {
  if (!isThere(grant, out)) return;
  out.text(grant.role);
  out.text(grant.roleKind);
  if (grant.subjects.length > 0) out.int(grant.subjects.length);
  for (const { kind, namespace, name } of grant.subjects) {
    out.text(kind);
    out.text(namespace);
    out.text(name);
  }
  out.int(0);
}

function writeBorrower(borrower: Body['borrower'], out: AvroBytes): void {
  if (!isThere(borrower, out)) return;
  out.text(borrower.cluster);
  out.text(borrower.namespace);
  out.text(borrower.account);
  writeMaybeText(borrower.pod, out);
}

function writeRules(rules: Body['rules'], out: AvroBytes): void {
  if (!isThere(rules, out)) return;
  out.boolean(rules.everything);
  out.boolean(rules.wildcard);
  writeTexts(rules.powers, out);
}

function writeWorkload(workload: Body['workload'], out: AvroBytes): void {
  if (!isThere(workload, out)) return;
  out.boolean(workload.privileged);
  writeTexts(workload.hostNamespaces, out);
  writeTexts(workload.hostPaths, out);
  writeTexts(workload.capabilities, out);
  out.text(workload.serviceAccount);
  writeTexts(workload.images, out);
}

function writeTokenRequest(request: Body['tokenRequest'], out: AvroBytes): void {
  if (!isThere(request, out)) return;
  writeTexts(request.audiences, out);
  out.double(request.seconds);
  out.boolean(request.bound);
}
