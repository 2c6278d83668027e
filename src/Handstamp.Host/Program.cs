System.Console.WriteLine("Hello");
return 0;
