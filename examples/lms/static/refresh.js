// Asks again when Lectern says that it is worth it, while a Join button is being prepared.
setTimeout(() => location.reload(), document.body.dataset.refresh * 1000);
