import type { Bytes, CropPlan, Millis } from '@edgeloop/protocol';
import { OnnxError } from '../errors.ts';
import type { DecodeCrop } from '../package/check-golden.ts';
import { ChildError, ChildProcess } from '../process/child-process.ts';
import { MOST_TOLD, Refused } from './model-refusal.ts';

/**
 * What a program that decodes pictures is asked by `serveBlocking`: the picture comes behind it,
 * for `readBytes`.
 */
export interface CropRequest {
  readonly byteLength: number;
  readonly plan: CropPlan;
}

/** The crop; or why there is none in these bytes. */
export type CropAnswer = { readonly crop: Uint8Array } | { readonly unreadable: string };

/**
 * Decodes pictures from strangers in a child, which begins with the first of them, and again after
 * one that ended it.
 */
export class CropProcess {
  readonly #child: ChildProcess;
  readonly #deadline: Millis;

  /** @param program Of the child: `CropRequest` to `CropAnswer`. @param deadline Of one picture. */
  constructor(
    program: URL,
    { memoryCap, deadline }: { readonly memoryCap: Bytes; readonly deadline: Millis },
  ) {
    this.#child = new ChildProcess(program, { memoryCap, quiet: true, blocking: true });
    this.#deadline = deadline;
  }

  /** @throws Refused: it is no picture, or one that ended its decoder */
  readonly decode: DecodeCrop = async (bytes, plan) => {
    const answer = await this.#ask({ byteLength: bytes.length, plan }, bytes);
    const { crop, unreadable } = (answer ?? {}) as { crop?: unknown; unreadable?: unknown };
    if (crop instanceof Uint8Array) return crop;
    const isTold = typeof unreadable === 'string';
    throw isTold ? new Refused('PACKAGE', unreadable.slice(0, MOST_TOLD)) : this.#taken();
  };

  close(): Promise<void> {
    return this.#child.close();
  }

  /** Of a child that a picture may have taken over. */
  async #ask(request: CropRequest, picture: Uint8Array): Promise<unknown> {
    if (!this.#child.running) this.#child.start();
    try {
      return await this.#child.request(request, this.#deadline, [picture]);
    } catch (error) {
      const { code, cause } = error as OnnxError;
      const isOurs = !(error instanceof OnnxError) || cause instanceof ChildError;
      if (isOurs || code === 'SESSION_CLOSED') throw error;
      throw this.#taken();
    }
  }

  #taken(): Refused {
    const message = `Expected golden pictures that can be decoded within ${this.#deadline} ms and the memory of a check, received one that ended its decoder.`;
    return new Refused('PACKAGE', message);
  }
}
