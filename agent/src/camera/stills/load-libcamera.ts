import { AgentError } from '../../errors.ts';

/** By the names of rpicam-apps; pairs as an array. */
export type StillOptions = Readonly<Record<string, string | number | boolean | [number, number]>>;

/** Runs `libcamera-jpeg` with these options, by a shell. */
export type TakeJpeg = (options: StillOptions) => Promise<unknown>;

/**
 * The optional package, where somebody installed it.
 * @throws AgentError `SOURCE_FAILED`, with what to install
 */
export async function loadLibcamera(
  load: () => Promise<{ readonly default: { readonly jpeg: TakeJpeg } }> = () =>
    import('node-libcamera'),
): Promise<TakeJpeg> {
  try {
    const { default: libcamera } = await load();
    return (options) => libcamera.jpeg(options);
  } catch (cause) {
    const message =
      'Expected the package node-libcamera for kind: stills, found none. Install it beside the agent: npm install node-libcamera; or use kind: rpicam, which needs no package.';
    throw new AgentError('SOURCE_FAILED', message, { cause });
  }
}
