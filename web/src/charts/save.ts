// Charts as files of their own: the panels of a figure side by side or below each other, as they are seen.
import {saveFile} from '../app/save_file.ts';

const svgNamespace = 'http://www.w3.org/2000/svg';
const titleHeight = 34;

// The page's variables have their values only in the page.
function resolveColours(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  if (to instanceof SVGElement) {
    to.removeAttribute('class');
    for (const name of ['fill', 'stroke', 'fill-opacity', 'stroke-opacity', 'opacity', 'font-size', 'font-family', 'font-weight', 'stroke-width', 'paint-order'])
      to.style.setProperty(name, style.getPropertyValue(name));
  }
  [...from.children].forEach((child, i) => {
    const copy = to.children[i];
    if (copy) resolveColours(child, copy);
  });
}

function joined(figure: HTMLElement, title: string): SVGSVGElement {
  const box = figure.getBoundingClientRect();
  const panels = [...figure.querySelectorAll<SVGSVGElement>('.panel-plot > svg')];
  const top = Math.min(...panels.map((each) => each.getBoundingClientRect().top));
  const bottom = Math.max(...panels.map((each) => each.getBoundingClientRect().bottom));
  const [width, height] = [Math.ceil(box.width), Math.ceil(bottom - top) + titleHeight];
  const root = document.createElementNS(svgNamespace, 'svg');
  root.setAttribute('xmlns', svgNamespace);
  root.setAttribute('width', String(width));
  root.setAttribute('height', String(height));
  root.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const page = getComputedStyle(document.body);
  const paper = document.createElementNS(svgNamespace, 'rect');
  paper.setAttribute('width', '100%');
  paper.setAttribute('height', '100%');
  paper.setAttribute('fill', page.backgroundColor);
  const name = document.createElementNS(svgNamespace, 'text');
  name.textContent = title;
  name.setAttribute('x', '8');
  name.setAttribute('y', '22');
  name.setAttribute('fill', page.color);
  name.setAttribute('style', 'font: bold 15px Helvetica, Arial, sans-serif');
  root.append(paper, name);
  for (const panel of panels) {
    const copy = panel.cloneNode(true) as SVGSVGElement;
    resolveColours(panel, copy);
    for (const each of copy.querySelectorAll('style')) each.remove();
    const at = panel.getBoundingClientRect();
    copy.setAttribute('x', String(at.left - box.left));
    copy.setAttribute('y', String(at.top - top + titleHeight));
    root.append(copy);
  }
  return root;
}

export function saveSvg(figure: HTMLElement, name: string, title: string): void {
  saveFile(`${name}.svg`, 'image/svg+xml', new XMLSerializer().serializeToString(joined(figure, title)));
}

export function savePng(figure: HTMLElement, name: string, title: string): void {
  const svg = joined(figure, title);
  const [width, height] = [Number(svg.getAttribute('width')), Number(svg.getAttribute('height'))];
  const url = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(svg)], {type: 'image/svg+xml'}));
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement('canvas');
    const scale = 2; // sharp on paper and on fine screens
    [canvas.width, canvas.height] = [width * scale, height * scale];
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(url);
    canvas.toBlob((blob) => {
      if (blob) saveFile(`${name}.png`, 'image/png', blob);
    });
  };
  image.src = url;
}
