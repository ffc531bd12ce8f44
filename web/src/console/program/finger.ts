/**
 * An attachment for the grip of a card. Browsers drag by mouse alone, so a finger or a pen that moves the grip sends the
 * events of a drag to what lies under it. A tap stays a tap.
 */
export function draggedByFinger(begin: () => void, end: () => void): (grip: HTMLElement) => () => void {
  return (grip) => {
    let over: Element | null = null;

    const send = (type: string, to: Element | null, { clientX, clientY }: MouseEvent) =>
      to?.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, clientX, clientY }));

    function move(event: PointerEvent): void {
      if (over === null) begin();
      const under = document.elementFromPoint(event.clientX, event.clientY);
      if (over !== null && over !== under) send("dragleave", over, event);
      over = under ?? grip;
      send("dragover", over, event);
    }

    function finish(event: PointerEvent): void {
      grip.removeEventListener("pointermove", move);
      if (over === null) return;
      send(event.type === "pointerup" ? "drop" : "dragleave", over, event);
      over = null;
      end();
      const click = (clicked: Event) => clicked.stopImmediatePropagation(); // the end of a drag opens nothing
      grip.closest("button")?.addEventListener("click", click, { capture: true, once: true });
      setTimeout(() => grip.closest("button")?.removeEventListener("click", click, { capture: true }));
    }

    function press(event: PointerEvent): void {
      if (event.pointerType === "mouse") return;
      grip.setPointerCapture(event.pointerId);
      grip.addEventListener("pointermove", move);
    }

    grip.addEventListener("pointerdown", press);
    for (const type of ["pointerup", "pointercancel"] as const) grip.addEventListener(type, finish);
    return () => {
      grip.removeEventListener("pointerdown", press);
      for (const type of ["pointerup", "pointercancel"] as const) grip.removeEventListener(type, finish);
    };
  };
}
