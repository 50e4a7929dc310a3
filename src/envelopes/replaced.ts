/**
 * True if bytes were not valid UTF-8, told by the text decoded from them (WHATWG Encoding: what is invalid becomes U+FFFD). A log may hold
 * U+FFFD of its own, so a text that has it is encoded again and compared. Costs next to nothing for texts of Latin-1 characters only.
 */
export function isReplaced(text: string, bytes: Buffer, from: number, to: number): boolean {
  return text.includes('\uFFFD') && Buffer.compare(Buffer.from(text), bytes.subarray(from, to)) !== 0;
}
