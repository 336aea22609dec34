import { Component, type ComponentType, h } from 'preact';

/**
 * A component that is drawn again where something that it is given is another. A list of hundreds
 * has few that are.
 */
export function onceChanged<Props extends object>(
  Shown: ComponentType<Props>,
): ComponentType<Props> {
  return class OnceChanged extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      const [now, then] = [this.props as Record<string, unknown>, next as Record<string, unknown>];
      return Object.keys(then).some((key) => then[key] !== now[key]);
    }

    override render(props: Readonly<Props>) {
      return h(Shown, props as Props);
    }
  };
}
