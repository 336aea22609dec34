import { open } from 'node:fs/promises';
import { decodeMetadata, HEADER_START, headerEnd } from './safetensors.ts';

/**
 * The metadata of a `.safetensors` file, from its header alone: the tensors are not read.
 * @throws OnnxError `WEIGHTS_INVALID`; what opening the file throws.
 */
export async function safetensorsMetadata(path: string): Promise<Readonly<Record<string, string>>> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = Buffer.alloc(Math.min(HEADER_START, size));
    await file.read(start, 0, start.length, 0);
    const header = Buffer.alloc(headerEnd(start, size));
    await file.read(header, 0, header.length, 0);
    return decodeMetadata(header);
  } finally {
    await file.close();
  }
}
