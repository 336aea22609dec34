import { DURATION_PATTERN, Ids, SIZE_PATTERN } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { TIME_OF_DAY } from '../head/next-at.ts';
import { HomeAssistantFile, ImageFile } from './home-assistant-schema.ts';
import { LookFile, PrivacyFile } from './look-schema.ts';
import { PageFile } from './page-schema.ts';
import { PicturesFile } from './pictures-schema.ts';
import { SamplingFile } from './sampling-schema.ts';
import { SourceFile } from './source-schema.ts';
import { Strict } from './strict.ts';

const Duration = Type.String({ pattern: DURATION_PATTERN });
const DurationOrOff = Type.Union([Duration, Type.Literal('off')]);
const Size = Type.String({ pattern: SIZE_PATTERN });
const Score = Type.Number({ minimum: 0, maximum: 1 });
const Path = Type.String({ minLength: 1 });

const DecideFrame = Strict({ mode: Type.Literal('frame') });

const DecideOccurrence = Strict({
  mode: Type.Literal('occurrence'),
  background: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
  smoothing: Type.Optional(Duration),
  enter: Type.Optional(Score),
  exit: Type.Optional(Score),
  classes: Type.Optional(
    Type.Record(Type.String(), Strict({ enter: Type.Optional(Score), exit: Type.Optional(Score) })),
  ),
  minFrames: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  updateInterval: Type.Optional(Duration),
  maxGap: Type.Optional(Duration),
});

const Camera = Strict({
  slot: Ids.slot,
  source: SourceFile,
  decide: Type.Optional(Type.Union([DecideOccurrence, DecideFrame])),
  noFrameTimeout: Type.Optional(Duration),
  faults: Type.Optional(
    Strict({ frozen: Type.Optional(DurationOrOff), black: Type.Optional(DurationOrOff) }),
  ),
  look: Type.Optional(LookFile),
});

const Slot = Strict({
  package: Path,
  variant: Type.Optional(Type.String({ minLength: 1 })),
  threads: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 })),
  deadline: Type.Optional(Duration),
});

/**
 * Scheme, host and port: what follows is the server's own. A password goes there: TLS, or this
 * machine.
 */
export const SERVER_URL =
  '^(?:https://[^/?#@]+|http://(?:localhost|127\\.0\\.0\\.1|\\[::1\\])(?::\\d+)?)/?$';

/** Of a broker; of a cluster several addresses. */
export const BROKER_URL = '^(mqtt|ws)s?://[^,]+(, *(mqtt|ws)s?://[^,]+)*$';

/**
 * `agent.yaml` as a person writes it: durations and sizes with units, most keys optional. See
 * docs/agent.md.
 */
export const ConfigFile = Strict({
  site: Ids.site,
  device: Ids.device,
  state: Path,
  broker: Strict({
    url: Type.String({ pattern: BROKER_URL }),
    username: Type.Optional(Type.String()),
    password: Type.Optional(Type.String()),
    ca: Type.Optional(Path),
    certificate: Type.Optional(Path),
    key: Type.Optional(Path),
    delivery: Type.Optional(Type.Union([Type.Literal('stored'), Type.Literal('puback')])),
    keepalive: Type.Optional(Duration),
  }),
  slots: Type.Record(Type.String(), Slot),
  cameras: Type.Record(Type.String(), Camera),
  outbox: Type.Optional(
    Strict({
      rows: Type.Optional(Type.Integer({ minimum: 1 })),
      bytes: Type.Optional(Size),
      age: Type.Optional(Duration),
    }),
  ),
  server: Type.Optional(
    Strict({ url: Type.String({ pattern: SERVER_URL }), ca: Type.Optional(Path) }),
  ),
  sampling: Type.Optional(SamplingFile),
  pictures: Type.Optional(PicturesFile),
  image: Type.Optional(ImageFile),
  homeAssistant: Type.Optional(HomeAssistantFile),
  privacy: Type.Optional(PrivacyFile),
  trust: Type.Optional(Strict({ root: Path })),
  updates: Type.Optional(
    Strict({
      maxPackage: Type.Optional(Size),
      minFree: Type.Optional(Size),
      bandwidth: Type.Optional(Size),
      probation: Type.Optional(Duration),
      frames: Type.Optional(Type.Integer({ minimum: 1 })),
    }),
  ),
  shadow: Type.Optional(
    Strict({ maxTemperature: Type.Optional(Type.Number({ minimum: 0, maximum: 150 })) }),
  ),
  head: Type.Optional(Strict({ fitAt: Type.Optional(Type.String({ pattern: TIME_OF_DAY })) })),
  heat: Type.Optional(
    Type.Union([
      Strict({
        slowAt: Type.Optional(Type.Number({ minimum: 30, maximum: 120 })),
        hysteresis: Type.Optional(Type.Number({ minimum: 1, maximum: 40 })),
        maxInterval: Type.Optional(Duration),
      }),
      Type.Literal('off'),
    ]),
  ),
  health: Type.Optional(Strict({ interval: Type.Optional(Duration) })),
  configuration: Type.Optional(Strict({ trial: Type.Optional(Duration) })),
  http: Type.Optional(
    Type.Union([
      Strict({
        host: Type.Optional(Type.String({ minLength: 1 })),
        port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
      }),
      Type.Literal('off'),
    ]),
  ),
  page: Type.Optional(PageFile),
  log: Type.Optional(
    Strict({
      level: Type.Optional(
        Type.Union([
          Type.Literal('debug'),
          Type.Literal('info'),
          Type.Literal('warn'),
          Type.Literal('error'),
        ]),
      ),
    }),
  ),
});
export type ConfigFile = Static<typeof ConfigFile>;
