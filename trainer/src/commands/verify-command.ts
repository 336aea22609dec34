import { decodeCrop } from '@edgeloop/imaging';
import { checkGolden, InferenceProcess, loadPackage } from '@edgeloop/onnx';
import { seconds } from '@edgeloop/protocol';
import { Command } from 'commander';

/** `edgeloop-trainer verify`: digests, and the golden cases on this machine. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description('check every file of a model package and run its golden cases on this machine')
    .argument('<package>', 'folder of the package')
    .option('--variant <name>', 'variant to run', 'int8')
    .action(async (directory: string, { variant }: { variant: string }) => {
      const loaded = await loadPackage(directory, variant);
      const session = new InferenceProcess({
        modelPath: loaded.modelPath,
        threads: 1,
        deadline: seconds(60),
      });
      try {
        await session.start();
        await checkGolden(loaded, session, decodeCrop);
      } finally {
        await session.close();
      }
      process.stdout.write(
        `${directory}: whole, and right on this machine\npackage ${loaded.digest}\n`,
      );
    });
}
