import type { Bytes, CropPlan, Millis } from '@edgeloop/protocol';
import { OnnxError } from '../errors.ts';
import type { DecodeCrop } from '../package/check-golden.ts';
import { ChildError, ChildProcess } from '../process/child-process.ts';
import { Refused } from './model-refusal.ts';

/** What a program that decodes pictures is asked by `serveRequests`. */
export interface CropRequest {
  readonly bytes: Uint8Array;
  readonly plan: CropPlan;
}

/** The crop; or why there is none in these bytes. */
export type CropAnswer = { readonly crop: Uint8Array } | { readonly unreadable: string };

/** Decodes pictures from strangers in a child, which begins with the first of them, and again after one that ended it. */
export class CropProcess {
  readonly #child: ChildProcess;
  readonly #deadline: Millis;

  /** @param program Of the child: `CropRequest` to `CropAnswer`. @param deadline Of one picture. */
  constructor(
    program: URL,
    { memoryCap, deadline }: { readonly memoryCap: Bytes; readonly deadline: Millis },
  ) {
    this.#child = new ChildProcess(program, { memoryCap, quiet: true });
    this.#deadline = deadline;
  }

  /** @throws Refused: it is no picture, or one that ended its decoder */
  readonly decode: DecodeCrop = async (bytes, plan) => {
    const answer = await this.#ask({ bytes, plan });
    if ('crop' in answer) return answer.crop;
    throw new Refused('PACKAGE', answer.unreadable);
  };

  close(): Promise<void> {
    return this.#child.close();
  }

  async #ask(request: CropRequest): Promise<CropAnswer> {
    if (!this.#child.running) this.#child.start();
    try {
      return (await this.#child.request(request, this.#deadline)) as CropAnswer;
    } catch (error) {
      const { code, cause } = error as OnnxError;
      const isOurs = !(error instanceof OnnxError) || cause instanceof ChildError;
      if (isOurs || code === 'SESSION_CLOSED') throw error;
      const message = `Expected golden pictures that can be decoded within ${this.#deadline} ms and the memory of a check, received one that ended its decoder.`;
      throw new Refused('PACKAGE', message);
    }
  }
}
