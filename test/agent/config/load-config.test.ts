import t from 'tap';
import { loadConfig, parseConfig } from '../../../agent/src/config/load-config.ts';
import { DEFAULT_PLAN } from '../../../agent/src/sampling/sampling-plan.ts';
import { GOOD } from './stand/good-config.ts';

t.test('defaults, units and paths are filled in', async (t) => {
  const text = `${GOOD}    noFrameTimeout: 1.5min\noutbox:\n  bytes: 2MiB\n  age: 2d\nhttp: off\n`;
  const config = parseConfig(text, '/etc/edgeloop/agent.yaml');
  t.match(config, {
    state: '/etc/edgeloop/state',
    broker: { url: 'mqtt://127.0.0.1', tls: {}, delivery: 'stored', keepalive: 30_000 },
    outbox: { rows: 100_000, bytes: 2 ** 21, age: 172_800_000 },
    http: null,
    logLevel: 'info',
    server: null,
    sampling: null,
    pictures: null,
    trustRoot: null,
    updates: { packageBytes: 512 * 2 ** 20, minFree: 256 * 2 ** 20, bandwidth: null },
  });
  t.match(
    [...config.slots],
    [['main', { package: '/etc/edgeloop/models/parts', threads: 1, deadline: 2000 }]],
  );
  t.match(
    [...config.cameras],
    [
      [
        'cam0',
        {
          source: {
            kind: 'directory',
            path: '/etc/edgeloop/pictures',
            interval: 1000,
            loop: false,
          },
          decide: { mode: 'occurrence', enter: 0.7, exit: 0.5, minFrames: 3 },
          noFrameTimeout: 90_000,
        },
      ],
    ],
  );
});

t.test('pictures are sent where there is a server, unless they are off', async (t) => {
  const server = `${GOOD}server:\n  url: https://edgeloop.lan\n`;
  for (const [text, expected] of [
    [server, { every: 30_000, size: 320, quality: 70, perHour: 32 * 2 ** 20 }],
    [`${server}pictures: off\n`, null],
    [
      `${server}pictures: { every: 5s, size: 640, quality: 80, perHour: 1MiB }\n`,
      { every: 5000, size: 640, quality: 80, perHour: 2 ** 20 },
    ],
  ] as const) {
    t.same(parseConfig(text, '/etc/agent.yaml').pictures, expected);
  }
  const wrong = (text: string) => () => parseConfig(text, '/etc/agent.yaml');
  t.throws(wrong(`${GOOD}pictures: { size: 320 }\n`), /expected server.url, since pictures/);
  t.throws(wrong(`${server}pictures: { every: 100ms }\n`), /at least 1s, received 100ms/);
  t.throws(wrong(`${server}pictures: { size: 32 }\n`), /pictures.size/);
});

t.test('Home Assistant and pictures over MQTT are off unless they are asked for', async (t) => {
  const filled = (text: string) => {
    const { homeAssistant, image } = parseConfig(GOOD + text, 'agent.yaml');
    return { homeAssistant, image };
  };
  t.same(filled(''), { homeAssistant: null, image: null });
  t.same(filled('homeAssistant: {}\nimage: {}\n'), {
    homeAssistant: { prefix: 'homeassistant' },
    image: { size: 320, quality: 70 },
  });
  t.same(filled('homeAssistant: { prefix: house }\nimage: { size: 640, quality: 50 }\n'), {
    homeAssistant: { prefix: 'house' },
    image: { size: 640, quality: 50 },
  });
  for (const [text, message] of [
    ['homeAssistant: { prefix: a/b }\n', /one level of a topic, .* received "a\/b"/],
    ['homeAssistant: { prefix: edgeloop }\n', /one level of a topic/],
    ['homeAssistant: { prefx: house }\n', /unknown key.* Did you mean "?prefix/],
    ['image: { size: 1280 }\n', /image\.size/],
    ['    decide: { mode: frame }\nimage: {}\n', /image: expected a camera with decide.mode/],
  ] as const) {
    t.throws(() => filled(text), { code: 'CONFIG_INVALID', message });
  }
});

t.test('whom to trust, and what updates may cost', async (t) => {
  const text = `${GOOD}trust:\n  root: keys/root-1.json\nupdates:\n  maxPackage: 64MiB\n  minFree: 1GiB\n  bandwidth: 100KiB\n`;
  t.match(parseConfig(text, '/etc/edgeloop/agent.yaml'), {
    trustRoot: '/etc/edgeloop/keys/root-1.json',
    updates: { packageBytes: 2 ** 26, minFree: 2 ** 30, bandwidth: 102_400 },
  });
  t.throws(() => parseConfig(`${GOOD}trust:\n  roots: x\n`, 'agent.yaml'), {
    code: 'CONFIG_INVALID',
    message: /trust\.root/,
  });
});

const SERVED = `${GOOD.replace('mqtt://127.0.0.1', 'mqtt://127.0.0.1\n  password: secret')}server:
  url: https://edgeloop.lan
  ca: ca.pem
`;

t.test('a server is enough for sampling, with defaults', async (t) => {
  t.match(parseConfig(SERVED, '/etc/edgeloop/agent.yaml'), {
    server: { url: 'https://edgeloop.lan', ca: '/etc/edgeloop/ca.pem', password: Function },
    sampling: {
      plan: { ...DEFAULT_PLAN },
      bounds: { count: 500, bytes: 2 ** 28 },
      minFree: 2 ** 28,
      bandwidth: null,
    },
  });
  t.equal(parseConfig(`${SERVED}sampling: off\n`, 'agent.yaml').sampling, null);
});

t.test('sampling is filled in, and each policy can be off', async (t) => {
  const text = `${SERVED}sampling:
  budgets: { perHour: 5, bytesPerDay: 10MiB, shares: { random: 0.5 } }
  cooldown: 2s
  random: { oneIn: 100 }
  uncertain: off
  rare: { share: 0.05 }
  store: { count: 7, bytes: 1MiB, minFree: 1GiB }
  upload: { bandwidth: 64KiB }
`;
  const { plan, ...others } = parseConfig(text, 'agent.yaml').sampling!;
  t.same(plan, {
    ...DEFAULT_PLAN,
    budgets: {
      ...DEFAULT_PLAN.budgets,
      perHour: 5,
      bytesPerDay: 10 * 2 ** 20,
      shares: { ...DEFAULT_PLAN.budgets.shares, random: 0.5 },
    },
    cooldown: 2_000,
    random: { oneIn: 100 },
    uncertain: null,
    rare: { share: 0.05, minFrames: 1_000 },
  });
  t.same(others, {
    bounds: { count: 7, bytes: 2 ** 20 },
    minFree: 2 ** 30,
    bandwidth: 2 ** 16,
  });
});

t.test('an address that is none is a mistake, with its key', async (t) => {
  const broker = (url: string) => GOOD.replace('mqtt://127.0.0.1', url);
  const server = (url: string) => `${GOOD}server: { url: "${url}" }\n`;
  for (const [text, message] of [
    [broker('mqtt://broker.lan:99999'), /:5: broker\.url: expected a host.*received "mqtt:\/\/b/],
    [broker('mqtts://<broker>:8883'), /broker\.url: .*received "mqtts:\/\/<broker>:8883"/],
    [broker('mqtt://a,mqtt://b:65536'), /broker\.url: .*received "mqtt:\/\/b:65536"/],
    [broker('mqtt:///1883'), /broker\.url: expected a host/],
    [server('https://<server>:8080'), /server\.url: expected a host.*"https:\/\/<server>:8080"/],
    [server('https://edgeloop.lan:80800'), /server\.url: .*a port of at most 65535/],
    [server('http://localhost:80800'), /server\.url: /],
  ] as const) {
    const found = { code: 'CONFIG_INVALID', message } as const;
    t.throws(() => parseConfig(text, 'agent.yaml'), found, text);
  }
  t.match(parseConfig(broker('mqtt://a, mqtts://[fd00::1]:8883'), 'agent.yaml'), {
    broker: { url: 'mqtt://a, mqtts://[fd00::1]:8883' },
  });
});

t.test("a broker's PEM files are beside the configuration", async (t) => {
  const url = 'wss://127.0.0.1/mqtt\n  ca: ca.pem\n  certificate: tls/one.pem\n  key: /keys/one';
  const { broker } = parseConfig(GOOD.replace('mqtt://127.0.0.1', url), '/etc/edgeloop/agent.yaml');
  t.same(broker.tls, {
    ca: '/etc/edgeloop/ca.pem',
    certificate: '/etc/edgeloop/tls/one.pem',
    key: '/keys/one',
  });
});

t.test('a file that is not there has its own error', async (t) => {
  await t.rejects(loadConfig('/nowhere/agent.yaml'), { code: 'CONFIG_UNREADABLE', exitStatus: 50 });
});
