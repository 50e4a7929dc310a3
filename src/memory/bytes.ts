const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Writes numbers (big-endian) and texts one after the other into bytes that grow. */
export class ByteWriter {
  private bytes = new Uint8Array(512);
  private view = new DataView(this.bytes.buffer);
  private at = 0;

  private room(count: number): number {
    const from = this.at;
    if (from + count > this.bytes.length) {
      const wider = new Uint8Array(Math.max(this.bytes.length * 2, from + count));
      wider.set(this.bytes);
      this.bytes = wider;
      this.view = new DataView(wider.buffer);
    }
    this.at = from + count;
    return from;
  }
  u8(value: number): void {
    const at = this.room(1);
    this.view.setUint8(at, value);
  }
  u16(value: number): void {
    const at = this.room(2);
    this.view.setUint16(at, value);
  }
  u32(value: number): void {
    const at = this.room(4);
    this.view.setUint32(at, value);
  }
  f32(value: number): void {
    const at = this.room(4);
    this.view.setFloat32(at, value);
  }
  f64(value: number): void {
    const at = this.room(8);
    this.view.setFloat64(at, value);
  }
  text(value: string): void {
    const bytes = encoder.encode(value).subarray(0, 1_024);
    this.u16(bytes.length);
    const from = this.room(bytes.length);
    this.bytes.set(bytes, from);
  }
  raw(value: Uint8Array): void {
    const from = this.room(value.length);
    this.bytes.set(value, from);
  }
  done(): Uint8Array {
    return this.bytes.slice(0, this.at);
  }
}

/** Reads what `ByteWriter` wrote. Throws RangeError at the end of the bytes. */
export class ByteReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  private take(count: number): number {
    const from = this.at;
    this.at += count;
    if (this.at > this.bytes.length) throw new RangeError(`packed memory ends at byte ${this.bytes.length}, ${this.at} wanted`);
    return from;
  }
  u8(): number {
    return this.view.getUint8(this.take(1));
  }
  u16(): number {
    return this.view.getUint16(this.take(2));
  }
  u32(): number {
    return this.view.getUint32(this.take(4));
  }
  f32(): number {
    return this.view.getFloat32(this.take(4));
  }
  f64(): number {
    return this.view.getFloat64(this.take(8));
  }
  raw(length: number): Uint8Array {
    const from = this.take(length);
    return this.bytes.subarray(from, from + length);
  }
  text(): string {
    const length = this.u16();
    const from = this.take(length);
    return decoder.decode(this.bytes.subarray(from, from + length));
  }
}
