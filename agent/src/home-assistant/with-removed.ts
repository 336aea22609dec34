import type { Discovery } from './discovery.ts';

export type Platforms = Readonly<Record<string, string>>;

/** The platforms of every component, also of those that are removed. */
export const platformsOf = ({ components }: Discovery): Platforms =>
  Object.fromEntries(Object.entries(components).map(([key, { platform }]) => [key, platform]));

/**
 * The payload, with what was told before and is gone. Home Assistant forgets a component when it is
 * told its platform alone, and keeps what is not mentioned; it may have been away since, so that is
 * told for good. Source: https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload
 */
export function withRemoved(discovery: Discovery, told: Platforms): Discovery {
  const gone = Object.entries(told)
    .filter(([key]) => !Object.hasOwn(discovery.components, key))
    .map(([key, platform]) => [key, { platform }]);
  return { ...discovery, components: { ...discovery.components, ...Object.fromEntries(gone) } };
}
