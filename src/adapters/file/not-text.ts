const LOOKED_AT = 4096;

const MAGIC: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], 'a ZIP archive: unpack it first'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'an xz archive: unpack it first'],
  [[0x42, 0x5a, 0x68], 'a bzip2 archive: unpack it first'],
  [[0x04, 0x22, 0x4d, 0x18], 'an lz4 archive: unpack it first'],
  [[0x50, 0x41, 0x52, 0x31], 'a Parquet file: export it as JSON lines'],
  [[0x4f, 0x62, 0x6a, 0x01], 'an Avro file: export it as JSON lines'],
  [[0xff, 0xfe], 'UTF-16 text: convert it to UTF-8'],
  [[0xfe, 0xff], 'UTF-16 text: convert it to UTF-8'],
];

/** Says what a file is if its first bytes show that it is no UTF-8 text, with advice; undefined for text. */
export function notText(head: Uint8Array): string | undefined {
  for (const [magic, what] of MAGIC) if (magic.every((byte, at) => head[at] === byte)) return what;
  const zero = head.indexOf(0);
  if (zero < 0 || zero >= LOOKED_AT) return undefined;
  const isTar = Buffer.from(head.subarray(257, 262)).toString('latin1') === 'ustar';
  return isTar ? 'a tar archive: unpack it first' : 'a binary file, not a log';
}
