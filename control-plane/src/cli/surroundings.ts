/** Where text goes: a terminal, a pipe, a file. */
export interface TextSink {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** What a run of the command line takes from the process around it. */
export interface Surroundings {
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of the user: below it are the settings, where XDG does not say otherwise. */
  readonly home: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Aborts on Ctrl-C: what waits ends, in order. */
  readonly signal: AbortSignal;
}
