import { spawnSync } from 'node:child_process';
import type { Credentials } from './mosquitto.ts';

/** Debian's mosquitto_pub and mosquitto_sub under one account. */
export class ForeignClient {
  readonly #port: number;
  readonly credentials: Credentials;
  readonly #clientId: string;

  constructor(port: number, credentials: Credentials, clientId = credentials.username) {
    this.#port = port;
    this.credentials = credentials;
    this.#clientId = clientId;
  }

  /** The same on another broker. */
  at(port: number): ForeignClient {
    return new ForeignClient(port, this.credentials, this.#clientId);
  }

  /** @returns whether the broker took it */
  publish(topic: string, more: readonly string[] = [], payload = '{}'): boolean {
    return this.#run('mosquitto_pub', ['-q', '1', '-t', topic, '-m', payload, ...more]).ok;
  }

  /**
   * A connection that leaves a will.
   * @param allowed what it may publish
   * @returns whether the broker let it in
   */
  will(topic: string, retain: boolean, allowed: string): boolean {
    const will = ['--will-topic', topic, '--will-payload', '{}', '--will-qos', '1'];
    return this.publish(allowed, retain ? [...will, '--will-retain'] : will);
  }

  /**
   * @returns the topics of what it hears within a second, what is retained included; null: it was
   * refused
   */
  hear(filter: string): string[] | null {
    const { refused, stdout } = this.#run('mosquitto_sub', ['-t', filter, '-W', '1', '-F', '%t']);
    return refused ? null : stdout.split('\n').filter((line) => line !== '');
  }

  #run(program: string, args: readonly string[]) {
    const { username, password } = this.credentials;
    const login = ['-u', username, '-P', password, '-i', this.#clientId];
    const { status, stdout, stderr } = spawnSync(
      program,
      ['-p', String(this.#port), ...login, ...args],
      { encoding: 'utf8', timeout: 20_000 },
    );
    const refused = /denied|refused|not authori[sz]ed|lost/i.test(stderr);
    return { ok: status === 0 && !refused, refused, stdout };
  }
}
