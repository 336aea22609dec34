import type { DeviceView } from '../../../../src/resources/device.ts';
import { Fact } from '../../ui/fact.tsx';
import { clockWords, powerWords } from '../condition.ts';

/** How the supply and the clock of a device are, as far as it says so. */
export function Condition({ health }: { health: NonNullable<DeviceView['health']> }) {
  const [power, clock] = [powerWords(health), clockWords(health)];
  return (
    <>
      {power !== null && <Fact name="Power">{power}</Fact>}
      {clock !== null && <Fact name="Clock">{clock}</Fact>}
    </>
  );
}
