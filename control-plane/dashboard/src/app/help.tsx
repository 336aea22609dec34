import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { shortcuts } from '../ui/shortcuts.ts';
import './help.css';
import { NAVIGATION } from './navigation.ts';

const NAMES: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ' ': 'Space',
};

/** Every key that does something on the page one is at. */
export function Help({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="help">
        <dt>
          <kbd>Ctrl K</kbd>
        </dt>
        <dd>Find a device, a model, a rollout, a page, an action</dd>
        {NAVIGATION.map(({ key, label }) => [
          <dt key={key}>
            <kbd>g</kbd> <kbd>{key}</kbd>
          </dt>,
          <dd key={label}>Go to {label}</dd>,
        ])}
        {shortcuts.value.map(({ key, does }) => [
          <dt key={`${key} ${does}`}>
            <kbd>{NAMES[key] ?? key}</kbd>
          </dt>,
          <dd key={`${does} ${key}`}>{does}</dd>,
        ])}
      </dl>
      <div class="dialog-actions">
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  );
}
