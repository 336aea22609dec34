import { writeToStream } from 'mqtt-packet';

/**
 * MQTT.js makes a table of all 65,536 numbers of two bytes before its first packet: 8 MB, for a
 * device that sends some tens of packets a second. Without it each number is made when it is
 * written. To be called before the first connection; it holds for the process.
 */
export function leaveOutNumberTable(): void {
  writeToStream.cacheNumbers = false;
}
