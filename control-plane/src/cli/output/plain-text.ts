/** Tabs and line ends among them: a name, a reason, a line of a log may come from anyone. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about.
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]+/g;

/** One line that moves no cursor, changes no colour and splits no column. */
export const plainText = (text: string): string => text.replaceAll(CONTROLS, ' ');
