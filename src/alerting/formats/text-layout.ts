/** SGR parameters of what stands out; the words `printable` makes can hold no escape of their own. */
export type Style = 'critical' | 'high' | 'medium' | 'low' | 'info' | 'label' | 'strong';

const SGR: { readonly [style in Style]: string } = {
  critical: '1;97;41',
  high: '1;31',
  medium: '1;33',
  low: '36',
  info: '2',
  label: '2',
  strong: '1',
};

/** Columns that labels take, the space after them included. */
export const LABEL_WIDTH = 10;

/** The text in a style, or as it is without colour. */
export function paint(text: string, style: Style, color: boolean): string {
  return color ? `\u001b[${SGR[style]}m${text}\u001b[0m` : text;
}

/** Breaks at spaces into lines of at most `width` units; a word longer than that keeps its line, so that ids can be copied. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines;
}

/** A labelled paragraph: the label before the first line, the others indented below it. */
export function paragraph(label: string, text: string, options: { readonly width: number; readonly color: boolean }): readonly string[] {
  const indent = ' '.repeat(LABEL_WIDTH);
  const head = paint(`  ${label}`.padEnd(LABEL_WIDTH), 'label', options.color);
  return wrap(text, Math.max(20, options.width - LABEL_WIDTH)).map((line, i) => (i === 0 ? head : indent) + line);
}

/** `4,211`. */
export function grouped(count: number): string {
  const digits = String(Math.trunc(count));
  let text = '';
  for (let i = 0; i < digits.length; i++) {
    if (i > 0 && (digits.length - i) % 3 === 0 && digits[i - 1] !== '-') text += ',';
    text += digits[i];
  }
  return text;
}
