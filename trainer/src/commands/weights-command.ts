import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Command } from 'commander';
import { TrainerError } from '../errors.ts';
import { parseDigestPin } from '../weights/digest-pin.ts';
import { fetchReport } from '../weights/fetch-report.ts';
import { fetchWeights, PATIENCE } from '../weights/fetch-weights.ts';
import { KNOWN_WEIGHTS, knownWeights, type WeightsSource } from '../weights/known-weights.ts';

/** `edgeloop-trainer weights`. @param folder of fetched weights */
export function weightsCommand(folder: string, signal: AbortSignal): Command {
  return new Command('weights')
    .description('public weights to start training from')
    .addCommand(fetchCommand(folder, signal))
    .addCommand(listCommand(folder));
}

function fetchCommand(folder: string, signal: AbortSignal): Command {
  return new Command('fetch')
    .description('download weights, going on where an earlier download ended')
    .argument('[name]', 'known weights, see weights list (resnet18)')
    .option('--url <url>', 'of other weights: .safetensors, .pth or .onnx')
    .option('--sha256 <digest>', 'that they must have, or its first digits', parseDigestPin)
    .option('--out <file>', `where to put them (a file in ${folder})`)
    .action(async (name: string | undefined, options) => {
      const source = chooseSource(name, options.url, options.sha256);
      const cached = join(folder, source.file);
      const target = options.out === undefined ? cached : resolve(options.out);
      const init = target === cached && options.url === undefined ? (name ?? 'resnet18') : target;
      const { sha256, already } = await fetchWeights({
        source,
        target,
        init,
        signal,
        patience: PATIENCE,
        random: Math.random,
        report: fetchReport(process.stderr, source.file),
      });
      process.stdout.write(
        `${target}${already ? ' was there already' : ''}\nSHA-256 ${sha256}\nUse it: edgeloop-trainer fit <folder> --out <package> --init ${init}\n`,
      );
    });
}

const OTHERS = ' Others are fetched by --url and --sha256.';

function chooseSource(
  name: string | undefined,
  url: string | undefined,
  sha256: string | undefined,
): WeightsSource {
  if (url === undefined) {
    const known = knownWeights(name ?? 'resnet18', OTHERS);
    return { ...known, sha256: sha256 ?? known.sha256 };
  }
  const { protocol, pathname } = URL.canParse(url) ? new URL(url) : { protocol: '', pathname: '' };
  if (name !== undefined || sha256 === undefined || !/^https?:$/.test(protocol)) {
    throw new TrainerError(
      'OPTION_INVALID',
      `Expected the name of known weights, or --url with http or https and --sha256, received ${[name, url, sha256].filter(Boolean).join(' ')}.`,
    );
  }
  return { url, sha256, bytes: null, file: basename(pathname) || 'weights' };
}

function listCommand(folder: string): Command {
  return new Command('list').description('known weights, and which were fetched').action(() => {
    for (const { name, about, file, bytes, url } of KNOWN_WEIGHTS) {
      const path = join(folder, file);
      process.stdout.write(
        `${name}  ${about}, ${((bytes ?? 0) / 1e6).toFixed(1)} MB\n  ${existsSync(path) ? path : 'not fetched'}\n  ${url}\n`,
      );
    }
  });
}
