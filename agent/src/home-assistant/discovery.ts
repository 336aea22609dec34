/** A component of a discovery payload: its platform, and what that takes. */
export interface Component {
  readonly platform: 'sensor' | 'binary_sensor' | 'image' | 'update';
  readonly unique_id: string;
  readonly name: string;
  readonly [option: string]: unknown;
}

/** What an entity says of itself; where it belongs is filled in. */
export type Entity = Omit<Component, 'unique_id'>;

/**
 * What is left of one that is gone: Home Assistant removes what has a platform and nothing else.
 */
type RemovedComponent = Pick<Component, 'platform'>;

/**
 * What Home Assistant is told of a device, with all that belongs to it, in one message.
 * Source: https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload
 */
export interface Discovery {
  readonly device: {
    readonly identifiers: readonly string[];
    readonly name: string;
    readonly manufacturer: string;
    readonly model: string;
    readonly sw_version: string;
    readonly configuration_url?: string;
  };
  readonly origin: { readonly name: string; readonly sw_version: string };
  readonly components: Readonly<Record<string, Component | RemovedComponent>>;
}
