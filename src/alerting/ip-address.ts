/** True for an IPv4 address in four decimal parts or an IPv6 address (RFC 4291, section 2.2) without zone: what OCSF's `ip_t` takes. */
export function isIpAddress(text: string): boolean {
  if (text.length < 2 || text.length > 45) return false;
  return text.includes(':') ? isIpv6(text) : isIpv4(text);
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every(isOctet);
}

function isOctet(part: string): boolean {
  if (part.length === 0 || part.length > 3 || (part.length > 1 && part.startsWith('0'))) return false;
  for (let i = 0; i < part.length; i++) if (!isDigit(part.charCodeAt(i))) return false;
  return Number(part) <= 255;
}

function isIpv6(text: string): boolean {
  const gap = text.indexOf('::');
  if (gap < 0) return wordsIn(text) === 8;
  if (text.indexOf('::', gap + 1) >= 0) return false;
  const before = text.slice(0, gap);
  const after = text.slice(gap + 2);
  if (before.endsWith(':') || before.includes('.')) return false;
  const words = (before === '' ? 0 : wordsIn(before)) + (after === '' ? 0 : wordsIn(after));
  return words <= 7;
}

/** 16-bit words that a list of groups stands for, a last group in IPv4 form counting two; more than any address has if a group is none. */
function wordsIn(text: string): number {
  const groups = text.split(':');
  const last = groups[groups.length - 1] ?? '';
  const endsInIpv4 = last.includes('.');
  if (endsInIpv4 && !isIpv4(last)) return 99;
  const hex = endsInIpv4 ? groups.slice(0, -1) : groups;
  return hex.every(isHexGroup) ? hex.length + (endsInIpv4 ? 2 : 0) : 99;
}

function isHexGroup(group: string): boolean {
  if (group.length === 0 || group.length > 4) return false;
  for (let i = 0; i < group.length; i++) {
    const unit = group.charCodeAt(i) | 0x20;
    if (!isDigit(group.charCodeAt(i)) && !(unit >= 97 && unit <= 102)) return false;
  }
  return true;
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}
