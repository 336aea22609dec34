/** A line of the agent's log, as pino writes it. */
export interface LogLine {
  /** ms; null: it does not say. */
  readonly at: number | null;
  readonly level: LogLevel;
  readonly message: string;
  /** What else it tells. */
  readonly more: string;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** What says the same in each line, or is shown elsewhere. */
const KNOWN = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'name']);

/** @param text one line: JSON, or what else came to be written there */
export function readLogLine(text: string): LogLine {
  const fields = parse(text);
  if (!fields) return { at: null, level: 'info', message: text, more: '' };
  const { level, time, msg } = fields;
  const at = typeof time === 'number' ? time : Date.parse(String(time));
  const others = Object.entries(fields).filter(([name]) => !KNOWN.has(name));
  return {
    at: Number.isFinite(at) ? at : null,
    level: levelOf(level),
    message: typeof msg === 'string' ? msg : '',
    more: others.map(([name, value]) => `${name}=${say(value)}`).join(' '),
  };
}

/** Those at least as grave. */
export const atLeast = (lines: readonly LogLine[], level: LogLevel): readonly LogLine[] =>
  lines.filter((line) => LOG_LEVELS.indexOf(line.level) >= LOG_LEVELS.indexOf(level));

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** Pino's numbers, or its words. */
function levelOf(level: unknown): LogLevel {
  if (typeof level === 'number') {
    if (level >= 50) return 'error';
    if (level >= 40) return 'warn';
    return level >= 30 ? 'info' : 'debug';
  }
  if (level === 'fatal') return 'error';
  return LOG_LEVELS.find((each) => each === level) ?? 'info';
}

const say = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
