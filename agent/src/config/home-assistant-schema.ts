import { HOME_ASSISTANT_PREFIX } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { Strict } from './strict.ts';

/** `image` of agent.yaml. */
export const ImageFile = Strict({
  size: Type.Optional(Type.Integer({ minimum: 64, maximum: 640 })),
  quality: Type.Optional(Type.Integer({ minimum: 1, maximum: 95 })),
});
export type ImageFile = Static<typeof ImageFile>;

/** `homeAssistant` of agent.yaml. */
export const HomeAssistantFile = Strict({
  prefix: Type.Optional(Type.String({ pattern: HOME_ASSISTANT_PREFIX })),
});
export type HomeAssistantFile = Static<typeof HomeAssistantFile>;
