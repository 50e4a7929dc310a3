/** Bounds of what is read of hostile input. Bytes unless said otherwise. */

/** A longer value is rejected as `too-large`; the rest of the text is still read. */
export const LARGEST_VALUE = 16 * 1024 * 1024;
/** A longer line is read as a value of many lines would be, and a longer list element by element. */
export const LONG_LINE = 1024 * 1024;
/** What a gzip value may unfold to, for one record in all. */
export const LARGEST_INFLATED = 64 * 1024 * 1024;
/** Deeper nesting is rejected as `too-deep` before it is parsed. */
export const DEEPEST_JSON = 65_536;
/** Strings within strings that are opened. */
export const DEEPEST_STRING = 3;
/** Objects and lists within wrappers that are opened. */
export const DEEPEST_WRAPPER = 12;
