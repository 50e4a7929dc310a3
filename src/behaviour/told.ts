import { ByteReader, ByteWriter } from '../memory/bytes.ts';
import { readBundle, writeBundle } from './pack-fleet.ts';
import { Bundle, type Report } from './report.ts';

/** First byte of packed reports; raised with the layout, never re-used. */
const LAYOUT = 1;

/** What the identities of one shard reported and the tables do not hold yet, by span: some kilobytes. Its writer is the shard's. */
export class Told {
  /** True if something was added since it was last packed. */
  changed = false;
  readonly bundles = new Map<number, Bundle>();

  take(span: number, report: Report): void {
    let bundle = this.bundles.get(span);
    if (bundle === undefined) {
      bundle = new Bundle();
      this.bundles.set(span, bundle);
    }
    bundle.add(report);
    this.changed = true;
  }

  /** Drops what the tables hold by now. */
  forget(upTo: number): void {
    for (const span of this.bundles.keys()) if (span <= upTo) this.bundles.delete(span);
  }

  /** As bytes; the same reports give the same bytes. */
  pack(): Uint8Array {
    const writer = new ByteWriter();
    writer.u8(LAYOUT);
    writer.u16(this.bundles.size);
    for (const [span, bundle] of [...this.bundles].sort(([a], [b]) => a - b)) {
      writer.u32(span);
      writeBundle(writer, bundle);
    }
    return writer.done();
  }

  /** Reads `pack`'s bytes; undefined: nothing was told. Throws RangeError on damaged bytes or another layout. */
  static unpack(bytes: Uint8Array | undefined): Told {
    const told = new Told();
    if (bytes === undefined || bytes.length === 0) return told;
    const reader = new ByteReader(bytes);
    const layout = reader.u8();
    if (layout !== LAYOUT) throw new RangeError(`packed reports have layout ${layout}, this version reads ${LAYOUT}`);
    for (let left = reader.u16(); left > 0; left--) told.bundles.set(reader.u32(), readBundle(reader));
    return told;
  }
}
