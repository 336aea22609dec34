import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { parseConfig } from '../../../agent/src/config/load-config.ts';
import { checkCameras } from '../../../agent/src/doctor/check-cameras.ts';
import { picture } from '../../stand/models/colour-package.ts';
import { GOOD } from '../config/stand/good-config.ts';

t.test('a camera gives frames when one of them can be decoded', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'pictures-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const text = GOOD.replace('path: pictures', `path: ${folder}\n      interval: 0s`);
  const look = () => checkCameras(parseConfig(text, 'agent.yaml'), { kind: 'none' });
  await writeFile(join(folder, '0.jpg'), (await picture('red')).subarray(0, 200));
  const [torn] = await look();
  t.match(torn, { gravity: 'problem', what: /cam0 gives no frame \(0\.jpg: / });
  await writeFile(join(folder, '1.jpg'), await picture('red'));
  t.match(await look(), [{ gravity: 'ok', what: /cam0 gives frames/ }]);
});
