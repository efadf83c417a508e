const root = document.documentElement;
