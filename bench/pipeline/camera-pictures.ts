import { drawSample, encodeJpeg } from '@edgeloop/imaging';
import { seededRandom } from '@edgeloop/protocol';
import sharp from 'sharp';

const WIDTH = 640;
const HEIGHT = 480;
/** Of a sensor, either way. */
const NOISE = 6;
/** What the agent asks of rpicam-vid. */
const QUALITY = 90;

/** JPEGs as a camera shows them, 640×480, each another. */
export async function cameraPictures(count: number): Promise<Uint8Array[]> {
  const random = seededRandom(1);
  const pictures: Uint8Array[] = [];
  for (let seed = 0; seed < count; seed++) {
    const { data, width, height } = await drawSample(seed, 'good');
    const large = await sharp(data, { raw: { width, height, channels: 3 } })
      .resize(WIDTH, HEIGHT)
      .raw()
      .toBuffer();
    const noisy = Uint8ClampedArray.from(large, (value) => value + random.between(-NOISE, NOISE));
    const picture = { data: new Uint8Array(noisy.buffer), width: WIDTH, height: HEIGHT };
    pictures.push(await encodeJpeg(picture, QUALITY));
  }
  return pictures;
}
