import { type Body, NO_BODY, type Subject } from '../../core/body.ts';
import { asObject, asString, type Json } from '../../core/json.ts';
import type { RawAudit, RawTarget } from './raw.ts';

/** Modified properties that name a role or an application permission granted. */
const ROLE_NAMES: readonly string[] = ['Role.DisplayName', 'AppRole.Value', 'DelegatedPermissionGrant.Scope'];

/**
 * What a directory change grants, to whom, and what it is about: roles and application permissions with their subjects,
 * outside issuers that an application starts to trust. Values of keys and passwords are not in the log, and none are read.
 */
export function auditBody(raw: RawAudit): Body {
  const target = raw.targets[0];
  if (target === undefined) return NO_BODY;
  const about = (target.name || target.id).slice(0, 256);
  const grant = roleGrant(raw.targets) ?? trustGrant(target);
  const issued = keyAdded(target);
  return { ...(about === '' ? {} : { target: about }), ...(grant === undefined ? {} : { grant }), ...(issued === '' ? {} : { issued }) };
}

const KEY = /\[KeyIdentifier=([0-9a-f-]{8,64}),/gi;

/**
 * Public id of the first key or password that an application was given: `["[KeyIdentifier=…,KeyType=Password,…]"]` in the new value and not in the old. Sign-ins
 * by it name it (`servicePrincipalCredentialKeyId`).
 */
function keyAdded(target: RawTarget): string {
  const before = new Set(keysIn(changed(target, 'KeyDescription', 'oldValue')));
  return keysIn(changed(target, 'KeyDescription', 'newValue')).find((key) => !before.has(key)) ?? '';
}

function keysIn(text: string): readonly string[] {
  return [...text.matchAll(KEY)].map(([, key = '']) => key.toLowerCase());
}

function roleGrant(targets: readonly RawTarget[]): Body['grant'] | undefined {
  let role = '';
  const subjects: Subject[] = [];
  for (const target of targets) {
    for (const name of ROLE_NAMES) role ||= newValue(target, name);
    if (target.type === 'Role') role ||= target.name;
    else subjects.push({ kind: target.type.toLowerCase(), namespace: '', name: target.name || target.id });
  }
  return role === '' ? undefined : { role: role.slice(0, 256), roleKind: 'directory-role', subjects };
}

/** Federated credentials of an application: `[{"Issuer":…,"Subject":…}]` as JSON text in the new value. */
function trustGrant(target: RawTarget): Body['grant'] | undefined {
  const text = newValue(target, 'FederatedIdentityCredentials');
  if (text === '') return undefined;
  const subjects: Subject[] = [];
  for (const item of listIn(text)) {
    const trusted = asObject(item);
    const issuer = asString(trusted?.Issuer, 512);
    if (issuer === undefined || subjects.length === 8) continue;
    subjects.push({ kind: 'federated', namespace: issuer, name: asString(trusted?.Subject, 512) ?? '' });
  }
  return subjects.length === 0 ? undefined : { role: target.name || target.id, roleKind: 'federated-credential', subjects };
}

function listIn(text: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.slice(0, 8) : [];
  } catch {
    return [];
  }
}

/** New value of a modified property, without the quotes that the directory puts around it; '' if it was not modified. */
function newValue(target: RawTarget, name: string): string {
  return changed(target, name, 'newValue');
}

function changed(target: RawTarget, name: string, side: 'oldValue' | 'newValue'): string {
  for (const item of target.modified.slice(0, 64)) {
    const property: Json = item;
    const modified = asObject(property);
    if (modified?.displayName !== name) continue;
    const value = asString(modified[side], 16_384) ?? '';
    return value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value;
  }
  return '';
}
