import type { Page } from 'playwright-core';
import decodeQR from 'qr/decode.js';

/** What a person at a camera reads: the squares of the drawing, as a picture. */
export async function readQrCode(page: Page, name: string): Promise<string> {
  const drawing = page.getByRole('img', { name });
  await drawing.locator('path[d^=M]').waitFor();
  const size = Number((await drawing.getAttribute('viewBox'))?.split(' ')[2]);
  const squares = (await drawing.locator('path').getAttribute('d')) ?? '';
  const scale = 4;
  const width = size * scale;
  const data = new Uint8Array(width * width * 4).fill(255);
  for (const [, x, y] of squares.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let at = 0; at < scale * scale; at++) {
      const row = Number(y) * scale + Math.floor(at / scale);
      const column = Number(x) * scale + (at % scale);
      data.fill(0, 4 * (row * width + column), 4 * (row * width + column) + 3);
    }
  }
  return decodeQR({ width, height: width, data });
}
