/**
 * How deep JSON from elsewhere may nest; our deepest, a manifest, has nine levels. JSON.parse takes
 * any depth, but what walks the value afterwards (JSON.stringify, a message to a worker) overflows
 * the stack from some thousands on.
 */
const MOST_DEPTH = 512;

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENING = new Set(['[', '{'].map((character) => character.charCodeAt(0)));
const CLOSING = new Set([']', '}'].map((character) => character.charCodeAt(0)));

/**
 * `JSON.parse` for what comes from elsewhere.
 * @throws SyntaxError for what is no JSON, and for what nests deeper than 512.
 */
export function parseJson(text: string): unknown {
  if (nestsTooDeep(text)) {
    throw new SyntaxError(`Expected JSON that nests at most ${MOST_DEPTH} deep, received deeper`);
  }
  return JSON.parse(text);
}

/** Of valid JSON: of other text it may say either. It takes one look at each character. */
export function nestsTooDeep(text: string): boolean {
  // Each level has its closing bracket: what most messages are needs no look.
  if (text.length < 2 * MOST_DEPTH) return false;
  let depth = 0;
  let inText = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inText) {
      if (code === BACKSLASH) i += 1;
      else if (code === QUOTE) inText = false;
    } else if (code === QUOTE) inText = true;
    else if (OPENING.has(code)) {
      depth += 1;
      if (depth > MOST_DEPTH) return true;
    } else if (CLOSING.has(code)) depth -= 1;
  }
  return false;
}
