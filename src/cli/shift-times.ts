const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/**
 * A copy of a record with every time in it moved by `millis`, times inside JSON strings too; other values as they are.
 * Fractions beyond milliseconds are kept.
 */
export function shifted(value: unknown, millis: number): unknown {
  if (millis === 0) return value;
  if (typeof value === 'string') return shiftedText(value, millis);
  if (Array.isArray(value)) return value.map((item) => shifted(item, millis));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shifted(item, millis)]));
}

function shiftedText(text: string, millis: number): string {
  if (text.startsWith('{')) {
    try {
      return JSON.stringify(shifted(JSON.parse(text), millis));
    } catch {
      return text;
    }
  }
  const match = TIME.exec(text);
  if (match === null) return text;
  const moved = new Date(Date.parse(text) + millis).toISOString();
  const fraction = match[1] ?? '';
  return `${moved.slice(0, 19)}${fraction}Z`;
}
