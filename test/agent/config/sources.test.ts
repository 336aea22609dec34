import t from 'tap';
import { parseConfig } from '../../../agent/src/config/load-config.ts';
import { GOOD } from './stand/good-config.ts';

t.test('cameras have defaults, and take what they are told', async (t) => {
  for (const [source, expected] of [
    ['kind: rpicam', { width: 640, height: 480, frameRate: 10, format: 'yuv420', tuning: {} }],
    ['kind: rpicam, format: mjpeg, width: 320, height: 240', { width: 320, quality: 90 }],
    ['kind: rpicam, tuning: { tuningFile: a.json }', { tuning: { tuningFile: '/etc/a.json' } }],
    ['kind: v4l2', { device: '/dev/video0', width: 640, frameRate: 10, inputFormat: null }],
    ['kind: rtsp, url: rtsp://a.lan/b', { url: 'rtsp://a.lan/b', transport: 'tcp' }],
  ] as const) {
    const text = GOOD.replace(/source:[\s\S]*/, `source: { ${source} }\n`);
    const [[, camera] = []] = parseConfig(text, '/etc/agent.yaml').cameras;
    t.match(camera?.source, { ...expected, pace: 'realtime' });
    t.equal(camera?.noFrameTimeout, 10_000);
  }
});

t.test('what is slow has time, and opens occurrences', async (t) => {
  for (const [source, decide, least] of [
    ['kind: stills', '', 180_000],
    ['kind: stills, interval: 1s, warmUp: 20s', '', 60_000],
    ['kind: rpicam, frameRate: 0.1', '', 30_000],
    ['kind: synthetic', '', 10_000],
    ['kind: stills', 'minFrames: 1, maxGap: 5s', 5_000],
    ['kind: rtsp, url: rtsp://a', 'maxGap: 500ms', 500],
    ['kind: directory, path: pictures, pace: every', 'maxGap: 500ms', 500],
  ] as const) {
    const text = GOOD.replace(/source:[\s\S]*/, `source: { ${source} }\n`);
    const camera = parseConfig(
      `${text}    decide: { mode: occurrence, ${decide} }\n`,
      'agent.yaml',
    ).cameras.get('cam0' as never);
    t.match(camera?.decide, { maxGap: least }, `${source}, ${decide}`);
    if (decide === '') t.equal(camera?.noFrameTimeout, least, source);
  }
});

t.test('what the frames of a camera must not be', async (t) => {
  for (const [source, faults, expected] of [
    ['kind: rpicam', '', { frozen: 30_000, black: 60_000, size: { width: 640, height: 480 } }],
    [
      'kind: rtsp, url: rtsp://a',
      '{ frozen: 2s, black: off }',
      { frozen: 2_000, black: null, size: null },
    ],
    [
      'kind: rtsp, url: rtsp://a, width: 64, height: 128',
      '{ frozen: off }',
      { frozen: null, size: { width: 64, height: 128 } },
    ],
    ['kind: synthetic', '', null],
  ] as const) {
    const set = faults && `    faults: ${faults}\n`;
    const text = GOOD.replace(/source:[\s\S]*/, `source: { ${source} }\n${set}`);
    const [[, camera] = []] = parseConfig(text, '/etc/agent.yaml').cameras;
    t.match(camera?.faults, expected);
  }
  const replay = `${GOOD}    faults: { frozen: 1s }\n`;
  t.throws(() => parseConfig(replay, 'a.yaml'), /cam0\.faults: expected none for .* directory/);
});

for (const [what, source, message] of [
  [
    'rows of YUV with padding',
    'kind: rpicam, width: 320, height: 240',
    /^agent\.yaml:12: cameras\.cam0\.source\.width: expected a multiple of 128 .* received 320\. Use 384, or format: mjpeg/,
  ],
  [
    'a quality that nothing would use',
    'kind: rpicam, quality: 80',
    /source\.quality: expected none without format: mjpeg, received 80/,
  ],
  ['one side of a picture', 'kind: v4l2, width: 640', /source\.height: .* received one of them/],
  ['an odd side', 'kind: v4l2, width: 641, height: 480', /source\.width, received 641/],
  ['a way of turning', 'kind: rpicam, rotation: 90', /source\.rotation, received 90/],
  ['free text for a camera', 'kind: rpicam, arguments: --x', /source\.arguments: unknown key/],
  ['an unknown setting', 'kind: rpicam, tuning: { iso: 5 }', /source\.tuning\.iso: unknown key/],
  ['a setting out of range', 'kind: rpicam, tuning: { ev: 11 }', /source\.tuning\.ev, received 11/],
  [
    'a camera of the network without its scheme',
    'kind: rtsp, url: camera.lan',
    /expected a URL such as rtsp:\/\/camera\.lan\/stream for .*source\.url, received/,
  ],
  ['a path for a shell', 'kind: stills, tuning: { tuningFile: a }', /tuningFile: unknown key/],
  ['an option for a URL', 'kind: rtsp, url: -i', /expected a URL such as rtsp:/],
] as const) {
  t.test(`${what} is refused`, async (t) => {
    const text = GOOD.replace(/source:[\s\S]*/, `source: { ${source} }\n`);
    t.throws(() => parseConfig(text, 'agent.yaml'), { code: 'CONFIG_INVALID', message });
  });
}
